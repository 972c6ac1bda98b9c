namespace ModelOperator.TrainingRuns.Sweeps;

/// <summary>Reasons of sweeps and of their trials; stable, CamelCase. docs/sweeps.md lists them all.</summary>
public static class SweepReasons
{
    /// <summary>Trials are made and watched.</summary>
    public const string TrialsRunning = nameof(TrialsRunning);

    /// <summary>Every trial under way waits, for a budget above all.</summary>
    public const string TrialsWaiting = nameof(TrialsWaiting);

    /// <summary>The sweep is decided; trials that are not needed any more are being stopped.</summary>
    public const string StoppingTrials = nameof(StoppingTrials);

    /// <summary>A person holds the sweep: no trial begins until it is resumed.</summary>
    public const string SweepPaused = nameof(SweepPaused);

    /// <summary>The spec changed after the first trial; no more trials are made until it is put back.</summary>
    public const string SpecChanged = nameof(SpecChanged);

    /// <summary>Every trial is over.</summary>
    public const string AllTrialsDone = nameof(AllTrialsDone);

    /// <summary>A trial reached the objective's target.</summary>
    public const string TargetReached = nameof(TargetReached);

    /// <summary>More trials failed than maxFailedTrials allows.</summary>
    public const string TooManyFailedTrials = nameof(TooManyFailedTrials);

    /// <summary>Every trial is over and none has a value.</summary>
    public const string NoTrialSucceeded = nameof(NoTrialSucceeded);

    /// <summary>The trial's result does not hold the objective's metric.</summary>
    public const string MetricMissing = nameof(MetricMissing);

    /// <summary>The objective's metric is not a finite number.</summary>
    public const string MetricNotFinite = nameof(MetricNotFinite);

    /// <summary>Somebody deleted the trial's run before it was over.</summary>
    public const string TrialDeleted = nameof(TrialDeleted);

    /// <summary>The sweep stopped the trial, or never began it.</summary>
    public const string NotNeeded = nameof(NotNeeded);
}
