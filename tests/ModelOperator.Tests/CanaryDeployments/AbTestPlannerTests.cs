using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ModelOperator.CanaryDeployments;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>One decision each about an A/B test under way.</summary>
public sealed class AbTestPlannerTests
{
    private static readonly CanaryDeploymentSpec Wished = AbSpec();

    private static CanaryDeploymentStatus Status(int b = 33, int c = 33, string? winner = null) => new()
    {
        Phase = winner is null ? CanaryPhase.Progressing : CanaryPhase.Promoting,
        Reason = CanaryReasons.StepExperiment,
        StableVersion = "diamonds-1",
        CanaryVersion = "diamonds-2",
        StepIndex = 1,
        Step = "2/2",
        StepStartedAt = Start,
        PhaseStartedAt = Start,
        CanaryStartedAt = Start,
        Weights = new() { Stable = 100 - b - c, Canary = b + c, Verified = true },
        Experiment = new()
        {
            Key = AbTestKey.Of(Wished)!,
            Cohort = Wished.Strategy!.AbTest!.Cohort,
            Events = ["purchase"],
            Winner = winner,
            Arms = [Arm("control", 1, 34, 100 - b - c), Arm("b", 2, 33, b), Arm("c", 3, 33, c)],
        },
    };

    private static AbTestArmStatus Arm(string name, int version, int share, int weight) => new() { Name = name, Version = $"diamonds-{version}", Share = share, Weight = weight };

    private static CanaryMove Decide(CanaryDeploymentStatus status, string pods = "1 1 1", CanaryDeploymentSpec? spec = null, AbTestLook? look = null)
    {
        var canary = Of(spec ?? Wished, status);
        return CanaryPlanner.Decide(canary, new()
        {
            Versions = new[] { 1, 2, 3 }.Select(i => Version($"diamonds-{i}")).ToImmutableDictionary(v => v.Name),
            Workloads = pods.Split(' ').Select((available, i) => (Name: $"diamonds-{i + 1}", Available: int.Parse(available, System.Globalization.CultureInfo.InvariantCulture)))
                .ToImmutableDictionary(w => w.Name, w => new WorkloadView(2, w.Available)),
            Gateways = [new("gateway-0", RouteTable.Of(canary, status).Revision)],
            Experiment = look,
        }, Start.AddSeconds(120));
    }

    /// <summary>Pods of control, b and c; weights before; weights after. Each arm needs one Pod, a winner two.</summary>
    [Theory]
    [InlineData("1 1 1", 0, 0, null, "34 33 33")]
    [InlineData("1 1 0", 33, 33, null, "67 33 0")]
    [InlineData("1 0 0", 33, 33, null, "100 0 0")]
    [InlineData("1 1 0", 33, 0, null, "67 33 0")]
    [InlineData("0 1 1", 33, 33, null, "34 33 33")]
    [InlineData("0 1 1", 33, 0, null, "67 33 0")]
    [InlineData("1 1 1", 33, 33, "c", "34 33 33")]
    [InlineData("1 1 2", 33, 33, "c", "0 0 100")]
    [InlineData("1 2 1", 33, 33, "c", "34 33 33")]
    [InlineData("0 1 2", 33, 33, "c", "0 0 100")]
    [InlineData("1 1 0", 33, 33, "c", "67 33 0")]
    public void Every_arm_gets_what_its_Pods_can_carry(string pods, int b, int c, string? winner, string weights)
    {
        var status = Decide(Status(b, c, winner), pods, Wished with { Server = new() { Replicas = 2 } }).Status;
        Assert.Equal(weights, string.Join(' ', status.Experiment!.Arms.Select(arm => arm.Weight)));
        Assert.Equal(100, status.Weights!.Stable + status.Weights.Canary);
    }

    [Fact]
    public void Replicas_are_the_arms_own_and_the_winner_s_those_of_the_stable_version()
    {
        var spec = Wished with { Server = new() { Replicas = 4 } };
        int[] Replicas(CanaryDeploymentStatus status) => [.. CanaryArms.Of(status).Select(arm => CanaryArms.Replicas(spec, status, arm))];
        Assert.Equal([1, 1], Replicas(Status()));
        Assert.Equal([1, 4], Replicas(Status(winner: "c")));
    }

    [Fact]
    public void The_route_table_names_arms_cohorts_and_events_and_counts_only_while_it_is_measured()
    {
        static JsonNode Table(CanaryDeploymentStatus status) => JsonNode.Parse(RouteTable.Of(Of(Wished, status), status).Json)!;
        var table = Table(Status());
        Assert.Equal((2, "x-user-id"), ((int)table["schema"]!, (string?)table["sticky"]!["header"]));
        Assert.Equal(["control 34 34", "b 33 33", "c 33 33"], table["arms"]!.AsArray().Select(arm => $"{arm!["name"]} {arm["weight"]} {arm["share"]}"));
        Assert.Equal($"{AbTestKey.Of(Wished)}@20260301T080000Z", (string?)table["experiment"]!["id"]);
        Assert.Null(Table(Status() with { StepIndex = 0 })["experiment"]!["id"]);
        Assert.Null(Table(Status(winner: "c"))["arms"]![0]!["share"]);
        var idle = Table(new() { StableVersion = "diamonds-1" });
        Assert.Equal(("[\"purchase\"]", null), (idle["experiment"]!["events"]!.ToJsonString(), idle["experiment"]!["id"]));
    }

    [Fact]
    public void Without_a_test_the_route_table_is_what_it_always_was()
    {
        var table = JsonNode.Parse(RouteTable.Of(Of(Spec()), new() { StableVersion = "diamonds-1", CanaryVersion = "diamonds-2", Weights = new() { Stable = 95, Canary = 5 } }).Json)!;
        Assert.Equal(["schema", "canary", "arms", "sticky", "revision"], table.AsObject().Select(pair => pair.Key));
        Assert.Equal(["stable 95", "canary 5"], table["arms"]!.AsArray().Select(arm => $"{arm!["name"]} {arm["weight"]}"));
    }

    [Fact]
    public void A_version_that_cannot_be_used_is_named_by_its_arm()
    {
        var spec = AbSpec(test => test with { Arms = [Canaries.Arm("control", 1, 50), Canaries.Arm("b", 2, 25), Canaries.Arm("d", 9, 25)] });
        var move = Decide(new() { Phase = CanaryPhase.Healthy, StableVersion = "diamonds-1", Weights = new() { Stable = 100 } }, spec: spec);
        Assert.Equal(CanaryReasons.VersionNotFound, move.Status.Reason);
        Assert.Contains("spec.strategy.abTest.arms[2].versionRef.name: ModelVersion diamonds-9 does not exist", move.Status.Message, StringComparison.Ordinal);
        Assert.Null(move.Status.CanaryVersion);
    }

    [Theory]
    [InlineData(30, 0.4, CanaryReasons.StepExperiment)]
    [InlineData(60, 0.4, CanaryReasons.WinnerFound)]
    [InlineData(60, 0.1, CanaryReasons.StepExperiment)]
    [InlineData(600, 0.1, CanaryReasons.NoWinner)]
    [InlineData(60, 0.01, CanaryReasons.ControlWon)]
    public void A_look_decides_between_minDuration_and_maxDuration(int seconds, double rate, string reason)
    {
        AbTestCounts Counts(double share) => new(1000, [(1000 * share, 0, 0), (1000 * share, 20_000 * share, 420_000 * share)]);
        var status = Status() with { StepStartedAt = Start.AddSeconds(120 - seconds) };
        var move = Decide(status, look: new(Start.AddSeconds(120), [Counts(0.1), Counts(rate), Counts(rate)]));
        Assert.Equal(reason, move.Status.Reason);
    }
}
