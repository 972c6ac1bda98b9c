using System.ComponentModel;
using ModelOperator.Api;

namespace ModelOperator.TrainingRuns;

/// <summary>Progress as the trainer reported it.</summary>
public sealed record TrainingProgress
{
    [Description("Percent done.")]
    public int? Percentage { get; init; }

    [Description("Expected remaining seconds.")]
    public long? RemainingSeconds { get; init; }

    [Description("Latest metrics.")]
    public IReadOnlyList<NamedValue>? Metrics { get; init; }

    [Description("Where this was found: the trainer's POST, its metrics file, or its log.")]
    public TrainingProgressSource? Source { get; init; }

    [Description("When the trainer last reported.")]
    public DateTimeOffset? LastUpdatedTime { get; init; }
}
