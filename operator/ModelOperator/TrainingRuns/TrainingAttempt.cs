using System.ComponentModel;

namespace ModelOperator.TrainingRuns;

/// <summary>One attempt, bound to its Pod's UID.</summary>
public sealed record TrainingAttempt
{
    [Description("Number of the attempt, from 1.")]
    public int Number { get; init; }

    [Description("Name of its Pod.")]
    public string? PodName { get; init; }

    [Description("UID of its Pod, once it was seen.")]
    public string? PodUid { get; init; }

    [Description("Node that it ran on.")]
    public string? Node { get; init; }

    [Description("When the attempt was decided.")]
    public DateTimeOffset? DecidedAt { get; init; }

    [Description("When the trainer started.")]
    public DateTimeOffset? StartedAt { get; init; }

    [Description("When the trainer ended.")]
    public DateTimeOffset? EndedAt { get; init; }

    [Description("Exit code of the trainer.")]
    public int? ExitCode { get; init; }

    [Description("How it ended, one word.")]
    public string? Reason { get; init; }

    [Description("How it ended, a sentence.")]
    public string? Message { get; init; }

    [Description("Energy of the attempt in milliwatt-hours.")]
    public long? EnergyMilliwattHours { get; init; }
}
