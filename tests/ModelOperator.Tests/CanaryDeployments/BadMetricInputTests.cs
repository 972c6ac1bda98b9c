using System.Text.Json;
using ModelOperator.CanaryDeployments;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>Templates, times and waits that cannot work, each refused by the webhook and reported by the reconciler.</summary>
public sealed class BadMetricInputTests
{
    private static readonly CanaryMetric Query = new() { Name = "mine", Type = CanaryMetricType.Query, Query = "up{v=\"{{version}}\"}", Threshold = new() { Max = "1" } };

    [Theory]
    [InlineData("sum(rate(x[5m])", "column 4: ( is not closed.")]
    [InlineData("sum(rate(x[5m])))", "column 17: ) closes nothing.")]
    [InlineData("sum(x{a=\"b\")", "column 12: ) closes nothing.")]
    [InlineData("x{a=\"b}", "column 5: the text that begins here has no end.")]
    [InlineData("x{a='b\\'}", "column 5: the text that begins here has no end.")]
    [InlineData("x{a=\"{{version}\"}", "column 6: {{ is not closed by }}.")]
    [InlineData("x{a=\"{{version\"}", "column 6: {{ is not closed by }}.")]
    [InlineData("x{a=\"{{pod}}\"}", "column 6: unknown placeholder {{pod}}; allowed: {{version}}, {{canary}}, {{namespace}}, {{window}}.")]
    [InlineData("x{a=\"{{version}}\"}[{{start}}]", "column 20: unknown placeholder {{start}}")]
    public void A_template_that_cannot_be_read_is_refused_with_its_column(string query, string words)
    {
        var problem = Assert.Single(CanaryValidation.Problems(Of(Spec(null, Query with { Query = query }))));
        Assert.StartsWith("spec.analysis.metrics[0].query: " + words, problem, StringComparison.Ordinal);
        Assert.StartsWith("spec.analysis.metrics[0].samplesQuery: " + words, Assert.Single(CanaryValidation.Problems(Of(Spec(null, Query with { SamplesQuery = query })))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sum by (le) (rate(x{a=\"(]\",b='}',c=`\\`}[5m:1m])) # ( and so on")]
    [InlineData("# a comment {\nup")]
    [InlineData("x{v=\"a\\\"b\"} offset 5m @ 17")]
    [InlineData("q{{{version}}}")]
    public void What_prometheus_could_read_passes(string query) => Assert.Empty(CanaryValidation.Problems(Of(Spec(
        null, Query with { Query = query, Scope = query.Contains("{{version}}", StringComparison.Ordinal) ? MetricScope.Version : MetricScope.Shared }))));

    public static TheoryData<string, CanaryDeploymentSpec> Times() => new()
    {
        { "spec.progressDeadlineSeconds: 0 is not between 10 and 86400 seconds", Spec() with { ProgressDeadlineSeconds = 0 } },
        { "spec.analysis.intervalSeconds: 0 is not between 1 and 86400 seconds", Spec() with { Analysis = new() { IntervalSeconds = 0, Metrics = [Errors] } } },
        { "spec.strategy.steps[1].pause.durationSeconds: -1 is not between 1 and 2592000 seconds", Spec([Weight(5), Pause(-1)]) },
        { "spec.strategy.steps[1].analysis.maxDurationSeconds: 0 is not between 1 and 2592000 seconds", Spec([Weight(5), Judged(0)]) },
        { "spec.strategy.steps[1].analysis.maxDurationSeconds: 2592001 is not between", Spec([Weight(5), Judged(2592001)]) },
        { "spec.strategy.steps[1].gate.timeoutSeconds: 0 is not between 1 and 2592000 seconds", Spec([Weight(5), Gate(0)]) },
        { "spec.analysis.metrics[0].windowSeconds: 4 is not between 5 and 2592000 seconds", Spec(null, Errors with { WindowSeconds = 4 }) },
        { "spec.analysis.metrics[0].intervalSeconds: 0 is not between 1 and 86400 seconds", Spec(null, Errors with { IntervalSeconds = 0 }) },
        { "spec.analysis.metrics[0].initialDelaySeconds: -1 is not between 0 and 2592000 seconds", Spec(null, Errors with { InitialDelaySeconds = -1 }) },
    };

    [Theory]
    [MemberData(nameof(Times))]
    public void A_time_that_is_endless_or_none_is_refused(string words, CanaryDeploymentSpec spec) =>
        Assert.Contains(words, Assert.Single(CanaryValidation.Problems(Of(spec))), StringComparison.Ordinal);

    /// <summary>Every wait has an end: an analysis that names none has one.</summary>
    [Fact]
    public void An_analysis_without_an_end_ends_after_an_hour()
    {
        var step = JsonSerializer.Deserialize("""{"model":"m","versionRef":{"name":"m-1"},"strategy":{"steps":[{"setWeight":5},{"analysis":{}}]}}""", CanaryDeploymentsJson.Default.CanaryDeploymentSpec)!.Strategy!.Steps![1];
        Assert.Equal(3600, step.Analysis!.MaxDurationSeconds);
        Assert.All(CanaryDefaults.JudgedSteps.Where(s => s.Analysis is not null), s => Assert.Equal(3600, s.Analysis!.MaxDurationSeconds));
    }

    /// <summary>Durations are whole seconds: what is no number does not get in.</summary>
    [Theory]
    [InlineData("\"1h\"")]
    [InlineData("\"soon\"")]
    [InlineData("1.5")]
    [InlineData("99999999999")]
    public void A_duration_that_cannot_be_read_is_refused(string text) => Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(
        $$$"""{"model":"m","versionRef":{"name":"m-1"},"analysis":{"intervalSeconds":{{{text}}}}}""", CanaryDeploymentsJson.Default.CanaryDeploymentSpec));

    [Fact]
    public async Task The_reconciler_reports_what_no_webhook_saw_and_leaves_the_traffic_alone()
    {
        var world = await CanaryStoryTests.ServingAsync(Spec());
        var arms = world.Arms();
        world.Change(c => c with { Spec = Spec(null, Query with { Query = "sum(" }) with { VersionRef = new() { Name = "diamonds-2" } } });
        await world.UntilAsync(s => s.Reason == CanaryReasons.InvalidSpec);
        Assert.Contains("spec.analysis.metrics[0].query: column 4: ( is not closed", world.Status.Message, StringComparison.Ordinal);
        Assert.Equal(arms, world.Arms());
    }
}
