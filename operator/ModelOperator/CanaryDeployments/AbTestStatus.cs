using System.ComponentModel;

namespace ModelOperator.CanaryDeployments;

/// <summary>The latest A/B test; the numbers of one that ended stay until the next.</summary>
public sealed record AbTestStatus
{
    [Description("Hash of what makes the test the same test: arms, cohort, metrics and alpha.")]
    public required string Key { get; init; }

    [Description("Arms with the traffic set for them; the first is the control.")]
    public required IReadOnlyList<AbTestArmStatus> Arms { get; init; }

    [Description("What keeps a user with one arm.")]
    public required AbTestCohort Cohort { get; init; }

    [Description("Events that are counted.")]
    public required IReadOnlyList<string> Events { get; init; }

    [Description("Greatest number of gateway Pods since the test began: each may have counted the same user.")]
    public int GatewayPods { get; init; }

    [Description("When these numbers were taken.")]
    public DateTimeOffset? LastMeasuredAt { get; init; }

    [Description("One entry per metric and arm.")]
    public IReadOnlyList<AbTestMetricStatus>? Metrics { get; init; }

    [Description("Arm that won, or was promoted by command.")]
    public string? Winner { get; init; }
}
