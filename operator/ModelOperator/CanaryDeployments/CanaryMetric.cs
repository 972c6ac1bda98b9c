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

    [Description("Seconds until the truth about a prediction is known: looks are at predictions that are at least so old, and the first comes when this step has such. For types Query, Web, Job, Rmse and Auc.")]
    [Range(1, 2592000)]
    public int? LabelDelaySeconds { get; init; }

    [Description("PromQL for type Query, or in place of the built-in one of types Auc (with {{label}}, 0 or 1), PredictionDrift and CarbonPer1000Predictions. {{version}}, {{canary}}, {{namespace}} and {{window}} are replaced; {{version}} is required unless scope is Shared or dryRun is true.")]
    [StringLength(4096)]
    public string? Query { get; init; }

    [Description("PromQL for types Query and CarbonPer1000Predictions with a query: how many observations are behind the value; minSamples is held against it. With the same placeholders as query, and {{version}} wherever query has it.")]
    [StringLength(4096)]
    public string? SamplesQuery { get; init; }

    [Description("Asks for a range of values over the window with this step, instead of one instant. For type Query.")]
    [Range(1, 86400)]
    public int? RangeStepSeconds { get; init; }

    [Description("Prometheus of this metric; spec.analysis.prometheus when absent.")]
    public PrometheusProvider? Prometheus { get; init; }

    [Description("The server of a metric of type Web.")]
    public WebProvider? Web { get; init; }

    [Description("The Job of a metric of type Job: one per look, in the canary's namespace.")]
    public JobProvider? Job { get; init; }

    [Description("Quantile for type Latency and for statistic SequentialQuantile, as a decimal string; 0.95 when absent.")]
    [RegularExpression("^0\\.[0-9]{1,4}$")]
    public string? Quantile { get; init; }

    [Description("Seconds of data that a measurement looks back on; since the step began when absent.")]
    [Range(5, 2592000)]
    public int? WindowSeconds { get; init; }

    [Description("Allowed range of the value.")]
    public MetricThreshold? Threshold { get; init; }

    [Description("Condition that must hold, for example: result < 0.4 && len(result) == 1. Names: result, stable, len, isNaN, isInf, all, any.")]
    [StringLength(1024)]
    public string? SuccessCondition { get; init; }

    [Description("Condition that must not hold. When both conditions are given and neither holds, the measurement is inconclusive.")]
    [StringLength(1024)]
    public string? FailureCondition { get; init; }

    [Description("Comparison with the stable version over the same time.")]
    public MetricComparison? Compare { get; init; }

    [Description("Samples of the new version below which there is no verdict.")]
    [Range(1, 1_000_000_000)]
    [DefaultValue(100)]
    public int MinSamples { get; set; } = 100;

    [Description("Seconds between measurements of this metric; spec.analysis.intervalSeconds when absent.")]
    [Range(1, 86400)]
    public int? IntervalSeconds { get; init; }

    [Description("Seconds from the beginning of a step to the first measurement.")]
    [Range(0, 2592000)]
    public int? InitialDelaySeconds { get; init; }

    [Description("Seconds from the beginning of a step after which this metric is inconclusive when it has no verdict.")]
    [Range(1, 2592000)]
    public int? MaxDurationSeconds { get; init; }

    [Description("Measurements with data to take; the first success is enough when this and consecutiveSuccessLimit are 0.")]
    [Range(0, 100000)]
    [DefaultValue(0)]
    public int Count { get; set; }

    [Description("Failed measurements that are tolerated; -1 for any number, with count or consecutiveSuccessLimit.")]
    [Range(-1, 1000)]
    [DefaultValue(0)]
    public int FailureLimit { get; set; }

    [Description("Inconclusive measurements that are tolerated; -1 for any number.")]
    [Range(-1, 1000)]
    [DefaultValue(-1)]
    public int InconclusiveLimit { get; set; } = -1;

    [Description("Successes in a row that make the metric successful; 0 for off.")]
    [Range(0, 1000)]
    [DefaultValue(0)]
    public int ConsecutiveSuccessLimit { get; set; }

    [Description("Measurements in a row without data that are tolerated; -1 for any number.")]
    [Range(-1, 1000)]
    [DefaultValue(-1)]
    public int NoDataLimit { get; set; } = -1;

    [Description("What a measurement without data means. Silence is never a pass.")]
    [DefaultValue(MetricNoDataPolicy.Inconclusive)]
    public MetricNoDataPolicy NoDataPolicy { get; set; } = MetricNoDataPolicy.Inconclusive;

    [Description("Errors of the provider in a row that are tolerated before the canary pauses; -1 for any number.")]
    [Range(-1, 1000)]
    [DefaultValue(4)]
    public int ConsecutiveErrorLimit { get; set; } = 4;

    [Description("What a failed metric does.")]
    [DefaultValue(MetricFailureAction.Rollback)]
    public MetricFailureAction OnFailure { get; set; } = MetricFailureAction.Rollback;

    [Description("What a metric without a verdict does when the time is up.")]
    [DefaultValue(MetricInconclusiveAction.Pause)]
    public MetricInconclusiveAction OnInconclusive { get; set; } = MetricInconclusiveAction.Pause;

    [Description("Whose number it is. Shared: all versions' together, for a query or URL without {{version}} that is not compared; it is judged as it stands.")]
    [DefaultValue(MetricScope.Version)]
    public MetricScope Scope { get; set; } = MetricScope.Version;

    [Description("Measured and shown, but it decides nothing.")]
    public bool DryRun { get; set; }
}
