using System.ComponentModel;

namespace ModelOperator.TrainingRuns;

/// <summary>Attempts of a run. Only failures count against maxRetries.</summary>
public sealed record TrainingAttemptCounts
{
    [Description("Attempts begun.")]
    public int Execution { get; init; }

    [Description("Attempts that failed by the trainer's own doing.")]
    public int Failures { get; init; }

    [Description("Attempts ended by something outside: a deleted or evicted Pod, a lost node or store.")]
    public int Disruptions { get; init; }

    [Description("Attempts ended by a pause or by spec.suspend.")]
    public int Pauses { get; init; }

    [Description("Attempts that the trainer ended itself to go on later (exit code 75).")]
    public int Yields { get; init; }

    [Description("Failed attempts that a rule retried without counting them against maxRetries.")]
    public int Ignored { get; init; }

    [Description("Seconds that ended attempts trained, summed; the active deadline counts them.")]
    public long ActiveSeconds { get; init; }
}
