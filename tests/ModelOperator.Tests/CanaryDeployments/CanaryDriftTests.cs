using ModelOperator.Analysis;
using ModelOperator.CanaryDeployments;
using ModelOperator.Kubernetes;
using ModelOperator.Metrics;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>The condition DataDrift.</summary>
public sealed class CanaryDriftTests
{
    private static readonly CanaryDrift Drift = new() { IntervalSeconds = 60 };

    public static TheoryData<Sample, Sample, IReadOnlyList<string>?, bool?, string> Looks() => new()
    {
        { Indexes(("carat", 0.3), ("cut", 0.1)), Sample.Of(1000), null, true, CanaryDriftReasons.DriftFound },
        { Indexes(("carat", 0.25), ("cut", 0.1)), Sample.Of(1000), null, false, CanaryDriftReasons.WithinThreshold },
        { Indexes(("carat", 0.1)), Sample.Of(1e9), null, false, CanaryDriftReasons.WithinThreshold },
        { Indexes(("carat", 9)), Sample.Of(999), null, null, CanaryDriftReasons.TooFewRows },
        { Indexes(("carat", 9)), Sample.Of(0), null, null, CanaryDriftReasons.TooFewRows },
        { Indexes(("carat", 0.1), ("cut", 0.1)), Sample.Empty, null, null, CanaryDriftReasons.NoDriftData },
        { Sample.Empty, Sample.Of(1000), null, null, CanaryDriftReasons.NoDriftData },
        { Indexes(("carat", double.NaN)), Sample.Of(1000), null, null, CanaryDriftReasons.NoDriftData },
        { Indexes(("carat", 0.1), ("cut", double.NaN)), Sample.Of(1000), null, null, CanaryDriftReasons.NoDriftData },
        { Indexes(("carat", 0.3), ("cut", double.NaN)), Sample.Of(1000), null, true, CanaryDriftReasons.DriftFound },
        { Sample.Failure("refused"), Sample.Of(1000), null, null, CanaryReasons.MetricsUnavailable },
        { Indexes(("carat", 0.1)), Sample.Failure("refused"), null, null, CanaryReasons.MetricsUnavailable },
        { Sample.Of([0.1, 0.2]), Sample.Of(1000), null, null, CanaryReasons.MetricsUnavailable },
        { Indexes(("carat", 0.3), ("cut", 0.1)), Sample.Of(1000), ["cut"], false, CanaryDriftReasons.WithinThreshold },
        { Indexes(("carat", 0.1)), Sample.Of(1000), ["carat", "cut"], null, CanaryDriftReasons.NoDriftData },
        { Indexes(("carat", 0.3)), Sample.Of(1000), ["carat", "cut"], true, CanaryDriftReasons.DriftFound },
    };

    [Theory]
    [MemberData(nameof(Looks))]
    public void Only_numbers_for_every_feature_over_enough_rows_say_that_nothing_drifted(Sample indexes, Sample rows, IReadOnlyList<string>? features, bool? drifts, string reason)
    {
        var finding = CanaryDriftJudge.Judge(Drift with { Features = features }, new(Start, "diamonds-1", indexes, rows));
        Assert.Equal((drifts, reason), (finding.Drifts, finding.Reason));
        Assert.Contains("diamonds-1", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_message_names_features_and_the_event_the_numbers()
    {
        var finding = CanaryDriftJudge.Judge(Drift, new(Start, "diamonds-1", Indexes(("z", 0.3), ("a", 4), ("b", 0.5), ("c", 0.6), ("d", 0.7), ("e", 0.8), ("ok", 0.1)), Sample.Of(1e6)));
        Assert.StartsWith("a, b, c, d, e and 1 more of diamonds-1: the population stability index over the last 3600 s is above 0.25.", finding.Message, StringComparison.Ordinal);
        Assert.Equal("a 4, e 0.8, d 0.7, c 0.6, b 0.5", finding.Numbers);
    }

    [Fact]
    public async Task Drift_comes_and_goes_with_one_event_each_and_writes_nothing_in_between()
    {
        var world = await CanaryStoryTests.ServingAsync(Spec() with { Drift = Drift });
        Assert.Equal(("Unknown", CanaryDriftReasons.NoDriftData), State(world));
        world.Traffic.Drift["carat"] = 0.1;
        await world.PassAsync(61);
        Assert.Equal(("False", CanaryDriftReasons.WithinThreshold), State(world));
        await world.AssertQuietAsync();
        world.Traffic.Drift["carat"] = 0.7;
        await world.PassAsync(61);
        Assert.Equal(("True", CanaryDriftReasons.DriftFound), State(world));
        Assert.Equal(("True", CanaryPhase.Healthy), (Condition(world, "Ready").Status, world.Status.Phase));
        var writes = world.Writes;
        world.Traffic.Drift["carat"] = 0.8;
        await world.PassAsync(61);
        Assert.Equal(writes, world.Writes);
        world.Traffic.Down = true;
        await world.PassAsync(61);
        Assert.Equal(("Unknown", CanaryReasons.MetricsUnavailable), State(world));
        world.Traffic.Down = false;
        await world.PassAsync(61);
        world.Traffic.Drift["carat"] = 0.1;
        await world.PassAsync(61);
        Assert.Equal(("False", CanaryDriftReasons.WithinThreshold), State(world));
        Assert.EndsWith("Measured: carat 0.7.", world.Events.First(e => e.Reason == CanaryDriftReasons.DataDrift).Message, StringComparison.Ordinal);
        Assert.Single(world.Events, e => e is { Warning: false, Reason: CanaryDriftReasons.WithinThreshold });
    }

    [Fact]
    public async Task It_is_looked_at_once_in_an_interval_and_at_once_when_another_version_serves()
    {
        var world = await CanaryStoryTests.ServingAsync(Spec([Weight(50), Pause(5)]) with { Analysis = null, Drift = Drift with { IntervalSeconds = 600 } });
        world.Traffic.Drift["carat"] = 0.7;
        var asked = world.Traffic.Queries;
        await world.PassAsync(300);
        Assert.Equal(asked, world.Traffic.Queries);
        world.Target("diamonds-2");
        await world.UntilAsync(s => s is { StableVersion: "diamonds-2", CanaryVersion: null, Retiring: null });
        Assert.Equal(("True", CanaryDriftReasons.DriftFound), State(world));
        Assert.Contains("carat of diamonds-2", Condition(world, "DataDrift").Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Drift_moves_no_traffic_and_a_canary_goes_its_way()
    {
        var world = await CanaryStoryTests.ServingAsync(Spec([Weight(10), Pause(20), Weight(50), Pause(20)]) with { Drift = Drift });
        world.Traffic.Drift["carat"] = 5;
        world.Target("diamonds-2");
        await world.UntilAsync(s => s is { StableVersion: "diamonds-2", Phase: CanaryPhase.Healthy, Retiring: null });
        Assert.DoesNotContain(world.Status.History!, h => h.Outcome == "RolledBack");
    }

    [Fact]
    public async Task A_suspended_canary_asks_nothing_and_keeps_what_was_said_and_without_spec_there_is_no_condition()
    {
        var world = await CanaryStoryTests.ServingAsync(Spec() with { Drift = Drift });
        world.Traffic.Drift["carat"] = 0.7;
        await world.PassAsync(61);
        world.Change(c => c with { Spec = c.Spec with { Suspend = true } });
        await world.PassAsync(5);
        var asked = world.Traffic.Queries;
        world.Traffic.Drift["carat"] = 0.1;
        await world.PassAsync(200);
        Assert.Equal(asked, world.Traffic.Queries);
        Assert.Equal(("True", CanaryDriftReasons.DriftFound), State(world));
        world.Change(c => c with { Spec = c.Spec with { Suspend = false, Drift = null } });
        await world.PassAsync(5);
        Assert.DoesNotContain(world.Status.Conditions!, c => c.Type == "DataDrift");
    }

    [Fact]
    public async Task Without_a_Prometheus_nothing_is_known()
    {
        var world = new ToyWorld(Spec([Weight(10)]) with { Analysis = null, Drift = Drift }, Options with { PrometheusUrl = null });
        await world.UntilAsync(s => s.Phase == CanaryPhase.Healthy);
        await world.PassAsync(5);
        Assert.Equal(("Unknown", CanaryReasons.MetricsUnavailable), State(world));
    }

    [Fact]
    public async Task Another_canary_of_the_same_version_is_not_asked_about()
    {
        var asked = new List<string>();
        var canary = Of(Spec() with { Drift = Drift });
        canary = canary with { Status = new() { StableVersion = "diamonds-1" } };
        await new CanaryDriftLooks(new Answering(asked), Options).LookAsync(canary, Start, CancellationToken.None);
        Assert.Equal(2, asked.Count);
        // Counts and training shares, each asked about twice in the index.
        Assert.All(asked.SelectMany(static query => query.Split('{').Skip(1)), static labels => Assert.StartsWith("namespace=\"shop\",canary=~\"prices|\",version=\"diamonds-1\"}[3600s]", labels, StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_is_said_of_no_features_at_all()
    {
        // Admission refuses it; a cluster may be without.
        var canary = Of(Spec() with { Drift = Drift with { Features = [] } });
        var look = new CanaryDriftLook(Start, "diamonds-1", Indexes(("carat", 9)), Sample.Of(1000));
        var move = CanaryPlanner.Decide(canary, new() { Drift = look }, Start);
        Assert.Equal((null, CanaryReasons.InvalidSpec), (move.Drift?.Drifts, move.Drift?.Reason));
    }

    [Theory]
    [InlineData("spec.drift.threshold: \"much\" is not allowed; it must be a number above 0, at most 100.", "much", 3600, 300, 1000, null)]
    [InlineData("spec.drift.threshold: \"0\" is not allowed", "0", 3600, 300, 1000, null)]
    [InlineData("spec.drift.windowSeconds: 59 is not between 60 and 2592000 seconds", "1", 59, 300, 1000, null)]
    [InlineData("spec.drift.intervalSeconds: 9 is not between 10 and 86400 seconds", "1", 60, 9, 1000, null)]
    [InlineData("spec.drift.minRows: 0 is not between 1 and 1000000000 rows", "1", 60, 10, 0, null)]
    [InlineData("spec.drift.features: has 0 names; allowed are 1 to 64", "1", 60, 10, 1, "")]
    [InlineData("spec.drift.features[1]: \"cut\" is empty or named twice", "1", 60, 10, 1, "cut,cut")]
    public void A_wrong_field_is_named(string words, string threshold, int window, int interval, int rows, string? features)
    {
        var drift = new CanaryDrift { Threshold = threshold, WindowSeconds = window, IntervalSeconds = interval, MinRows = rows, Features = features?.Split(',', StringSplitOptions.RemoveEmptyEntries) };
        var canary = Of(Spec() with { Drift = drift });
        Assert.Contains(words, Assert.Single(CanaryValidation.Problems(canary)), StringComparison.Ordinal);
    }

    private static Sample Indexes(params (string Feature, double Index)[] features) => Sample.Of([.. features.Select(f => f.Index)]) with { Labels = [.. features.Select(f => f.Feature)] };

    private sealed class Answering(List<string> asked) : IMetricSource
    {
        public Task<Sample> QueryAsync(MetricQuery query, CancellationToken cancellationToken)
        {
            asked.Add(((PrometheusQuery)query).Query);
            return Task.FromResult(Sample.Empty);
        }
    }

    private static V1Condition Condition(ToyWorld world, string type) => Assert.Single(world.Status.Conditions!, c => c.Type == type);

    private static (string, string) State(ToyWorld world) => (Condition(world, "DataDrift").Status, Condition(world, "DataDrift").Reason!);
}
