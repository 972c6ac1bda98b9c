using System.ComponentModel;

namespace ModelOperator.CanaryDeployments;

/// <summary>One metric of one arm.</summary>
public sealed record AbTestMetricStatus
{
    [Description("Name of the metric.")]
    public required string Name { get; init; }

    [Description("Name of the arm.")]
    public required string Arm { get; init; }

    [Description("Share of the users, or mean value per user.")]
    public string? Value { get; init; }

    [Description("Confidence sequence of the value: holds at every look, for all arms and metrics together, with 1 - alpha.")]
    public string? Interval { get; init; }

    [Description("Beside the control: ratio of the shares, or difference of the means.")]
    public string? Effect { get; init; }

    [Description("Confidence sequence of the effect: holds at every look, for all arms and metrics together, with 1 - alpha.")]
    public string? EffectInterval { get; init; }

    [Description("Better or Worse than the control, or Undecided; absent for the control.")]
    public string? Verdict { get; init; }
}
