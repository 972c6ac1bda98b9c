using System.ComponentModel;

namespace ModelOperator.CanaryDeployments;

/// <summary>Verdicts of the analysis under way.</summary>
public sealed record CanaryAnalysisStatus
{
    [Description("When it began.")]
    public DateTimeOffset? StartedAt { get; init; }

    [Description("When the last measurement was taken.")]
    public DateTimeOffset? LastMeasuredAt { get; init; }

    [Description("One entry per metric.")]
    public IReadOnlyList<CanaryMetricStatus>? Metrics { get; init; }
}
