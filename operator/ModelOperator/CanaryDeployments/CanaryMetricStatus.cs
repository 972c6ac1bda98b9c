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

    [Description("Evidence for harm (e-value) where the test gives one.")]
    public string? Evidence { get; init; }

    [Description("Measurements taken.")]
    public int Count { get; init; }

    [Description("Measurements that failed.")]
    public int Failed { get; init; }

    [Description("Measurements without data.")]
    public int NoData { get; init; }

    [Description("Errors of the provider in a row.")]
    public int ConsecutiveErrors { get; init; }
}
