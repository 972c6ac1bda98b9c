using System.ComponentModel;
using ModelOperator.Api;

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

    [Description("UIDs of all Pods by rank, for several nodes and the attempt under way only; - where a Pod was not seen yet.")]
    [MaxItems(1024)]
    public IReadOnlyList<string>? PodUids { get; init; }

    [Description("When the queue let the Pods go; the start deadline counts from here.")]
    public DateTimeOffset? AdmittedAt { get; init; }

    [Description("What the end means, while Pods of the attempt still have to stop.")]
    public AttemptEndKind? EndKind { get; init; }

    [Description("Node that it ran on; that of rank 0.")]
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
