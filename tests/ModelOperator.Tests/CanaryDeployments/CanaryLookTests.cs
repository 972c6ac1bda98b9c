using System.Collections.Immutable;
using ModelOperator.CanaryDeployments;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>When the next look at metrics comes.</summary>
public sealed class CanaryLookTests
{
    [Theory]
    [InlineData(0, 0, 10_000)]
    [InlineData(4, 0, 6_000)]
    [InlineData(4, 400, 5_600)]
    [InlineData(4, 2_500, 3_500)]
    // It came due while the gateways and the provider were asked.
    [InlineData(9, 1_000, 1)]
    [InlineData(4, 60_000, 1)]
    // It was due and is not taken, for weights are not verified: it is no reason to ask without a pause.
    [InlineData(10, 0, 1_000)]
    [InlineData(12, 5_000, 1_000)]
    public void The_next_look_comes_when_it_is_due_however_long_observing_took(int now, int took, int expected)
    {
        var metric = Errors with { InitialDelaySeconds = 10 };
        var status = new CanaryDeploymentStatus { CanaryVersion = "diamonds-2", StableVersion = "diamonds-1", StepIndex = 1, StepStartedAt = Start };
        var context = new CanaryContext(Of(Spec(metrics: metric), status), status, new() { Took = TimeSpan.FromMilliseconds(took) }, Start.AddSeconds(now), null);
        var judged = new CanaryJudgement(ImmutableDictionary<string, Analysis.MetricState>.Empty, Analysis.AnalysisOutcome.Of([]), null, [metric]);
        Assert.Equal(expected, judged.NextLook(context)?.TotalMilliseconds);
    }
}
