using System.ComponentModel;

namespace ModelOperator.CanaryDeployments;

/// <summary>State of one metric.</summary>
public sealed record CanaryMetricStatus
{
    [Description("Name of the metric.")]
    public required string Name { get; init; }

    [Description("Verdict: Pending, Running, Successful, Failed, Inconclusive, NoData or Error.")]
    public required string Verdict { get; init; }

    [Description("Reason of the verdict, one word.")]
    public string? Reason { get; init; }

    [Description("The verdict in a sentence.")]
    public string? Message { get; init; }

    [Description("Latest value of the canary.")]
    public string? Value { get; init; }

    [Description("Latest value of the stable version.")]
    public string? Baseline { get; init; }

    [Description("Bound that the value was held against.")]
    public string? Bound { get; init; }

    [Description("Samples of the canary.")]
    public long? Samples { get; init; }

    [Description("Samples of the stable version.")]
    public long? StableSamples { get; init; }

    [Description("Evidence for harm (e-value) where the test gives one.")]
    public string? Evidence { get; init; }

    [Description("p-value for one look, for comparison; with statistic MannWhitney it is held against bound.")]
    public string? PValue { get; init; }

    [Description("95 % interval of the difference to the stable version, for one look.")]
    public string? Interval { get; init; }

    [Description("Job whose verdict was counted last, for type Job.")]
    public string? Job { get; init; }

    [Description("Measurements with data.")]
    public int Count { get; init; }

    [Description("Measurements that failed.")]
    public int Failed { get; init; }

    [Description("Measurements that succeeded; absent for none.")]
    public int? Successful { get; init; }

    [Description("Successes in a row; absent for none.")]
    public int? ConsecutiveSuccesses { get; init; }

    [Description("Inconclusive measurements; absent for none.")]
    public int? Inconclusive { get; init; }

    [Description("Measurements without data.")]
    public int NoData { get; init; }

    [Description("Measurements in a row without data; absent for none.")]
    public int? ConsecutiveNoData { get; init; }

    [Description("Errors of the provider in a row.")]
    public int ConsecutiveErrors { get; init; }
}
