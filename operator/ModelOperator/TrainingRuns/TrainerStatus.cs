using System.Text.Json;

namespace ModelOperator.TrainingRuns;

/// <summary>What a trainer reports about itself.</summary>
public sealed record TrainerStatus
{
    /// <summary>Percent done, 0 to 100.</summary>
    public int? ProgressPercentage { get; set; }

    /// <summary>Expected remaining seconds.</summary>
    public long? EstimatedRemainingSeconds { get; set; }

    /// <summary>Metrics, at most 256.</summary>
    public IReadOnlyList<TrainerMetric>? Metrics { get; set; }

    /// <summary>When the trainer says that this was; the time of arrival counts.</summary>
    public JsonElement? LastUpdatedTime { get; set; }
}
