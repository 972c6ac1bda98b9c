using System.ComponentModel;
using ModelOperator.Api;

namespace ModelOperator.TrainingRuns;

/// <summary>What the run took and what it cost, over all attempts.</summary>
public sealed record TrainingAccounts
{
    [Description("By phase: Data, Training, Evaluation.")]
    [MaxItems(8)]
    public IReadOnlyList<TrainingPhaseAccount>? Phases { get; init; }

    [Description("Currency of the price sheet; absent without one.")]
    public string? Currency { get; init; }

    [Description("Cost in millionths of the currency; absent where something has no price.")]
    public long? CostMicros { get; init; }
}
