using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.CanaryDeployments;

/// <summary>One metric and what counts as harm.</summary>
public sealed record CanaryMetric
{
    [Description("Name, unique in the list.")]
    [RegularExpression("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")]
    [StringLength(63)]
    public required string Name { get; init; }

    [Description("What is measured.")]
    public required CanaryMetricType Type { get; init; }

    [Description("PromQL for type Query. {{version}}, {{canary}}, {{namespace}} and {{window}} are replaced; {{version}} is required when compared with the stable version.")]
    [StringLength(4096)]
    public string? Query { get; init; }

    [Description("Quantile for type Latency, as a decimal string.")]
    [RegularExpression("^0\\.[0-9]{1,4}$")]
    public string? Quantile { get; init; }

    [Description("Seconds of data that a measurement looks back on; since the step began when absent.")]
    [Range(5, 2592000)]
    public int? WindowSeconds { get; init; }

    [Description("Allowed range of the value.")]
    public MetricThreshold? Threshold { get; init; }

    [Description("Comparison with the stable version over the same time.")]
    public MetricComparison? Compare { get; init; }

    [Description("Samples of the new version below which there is no verdict.")]
    [Range(1, 1_000_000_000)]
    [DefaultValue(100)]
    public int MinSamples { get; set; } = 100;

    [Description("Failed measurements that are tolerated.")]
    [Range(0, 1000)]
    [DefaultValue(0)]
    public int FailureLimit { get; set; }

    [Description("Errors of the provider in a row that are tolerated before the canary pauses.")]
    [Range(0, 1000)]
    [DefaultValue(4)]
    public int ConsecutiveErrorLimit { get; set; } = 4;

    [Description("What a failed metric does.")]
    [DefaultValue(MetricFailureAction.Rollback)]
    public MetricFailureAction OnFailure { get; set; } = MetricFailureAction.Rollback;

    [Description("What a metric without a verdict does when the time is up.")]
    [DefaultValue(MetricInconclusiveAction.Pause)]
    public MetricInconclusiveAction OnInconclusive { get; set; } = MetricInconclusiveAction.Pause;

    [Description("Measured and shown, but it decides nothing.")]
    public bool DryRun { get; set; }
}
