using System.ComponentModel;

namespace ModelOperator.TrainingRuns;

/// <summary>The newest complete checkpoint that is known of.</summary>
public sealed record TrainingCheckpointStatus
{
    [Description("Where it is: pvc://<claim>/<path>/<uid of the run>[/<name>].")]
    public required string Uri { get; init; }

    [Description("Step that it was taken after, where the trainer says so.")]
    public long? Step { get; init; }

    [Description("When it was completed.")]
    public DateTimeOffset? Time { get; init; }
}
