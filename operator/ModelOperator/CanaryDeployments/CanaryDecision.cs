using System.ComponentModel;
using ModelOperator.Analysis;

namespace ModelOperator.CanaryDeployments;

/// <summary>A decision and what it rests on.</summary>
public sealed record CanaryDecision
{
    [Description("When.")]
    public DateTimeOffset? Time { get; init; }

    [Description("What: Deploy, Start, StepUp, Retry, Pause, Bake, PromoteFull, FastRollback, Promote, Rollback, Conclude.")]
    public required string Action { get; init; }

    [Description("Why, one word.")]
    public required string Reason { get; init; }

    [Description("Metric that decided.")]
    public string? Metric { get; init; }

    [Description("What its latest look came to.")]
    public string? Verdict { get; init; }

    [Description("Value of the canary.")]
    public string? Value { get; init; }

    [Description("Value of the stable version.")]
    public string? Baseline { get; init; }

    [Description("Bound that the value was held against.")]
    public string? Bound { get; init; }

    [Description("Evidence for harm (e-value) where the test gives one.")]
    public string? Evidence { get; init; }

    [Description("Samples of the canary.")]
    public long? Samples { get; init; }

    [Description("Samples of the stable version.")]
    public long? StableSamples { get; init; }

    [Description("The decision in a sentence.")]
    public string? Message { get; init; }

    /// <summary>The decision with the numbers that it rests on.</summary>
    internal CanaryDecision With(string? metric, DecisionRecord? record) => this with
    {
        Metric = metric,
        Verdict = record?.Verdict.ToString(),
        Value = record?.Value,
        Baseline = record?.Baseline,
        Bound = record?.Bound,
        Evidence = record?.Evidence,
        Samples = record?.CanarySamples,
        StableSamples = record?.StableSamples,
    };
}
