namespace ModelOperator.TrainingRuns.Sweeps;

/// <summary>Where a trial stands.</summary>
public enum SweepTrialState
{
    /// <summary>On record; its child run was not seen yet.</summary>
    Decided,

    /// <summary>The child run waits: for a budget, a dataset, its first Pod.</summary>
    Waiting,

    /// <summary>The child run has begun an attempt.</summary>
    Running,

    /// <summary>Published, with a finite value of the objective.</summary>
    Succeeded,

    /// <summary>The child run failed, or reported no value. Counts against maxFailedTrials.</summary>
    Failed,

    /// <summary>Somebody deleted the child run before it was over. Neither repeated nor a failure.</summary>
    Disrupted,

    /// <summary>Stopped: by the sweep, which needs it no more, or by a person.</summary>
    Stopped,
}
