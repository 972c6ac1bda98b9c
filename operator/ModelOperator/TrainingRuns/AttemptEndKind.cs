namespace ModelOperator.TrainingRuns;

/// <summary>What the end of an attempt means for the run.</summary>
public enum AttemptEndKind
{
    /// <summary>The model is published.</summary>
    Published,

    /// <summary>A failure that is worth another try; counts against maxRetries.</summary>
    Retryable,

    /// <summary>A failure that another try would not change.</summary>
    Permanent,

    /// <summary>Ended from outside; never counts as a failure.</summary>
    Disruption,

    /// <summary>The trainer gave way; never counts as a failure.</summary>
    Yielded,

    /// <summary>Ended by a pause or by spec.suspend; never counts as a failure.</summary>
    Paused,

    /// <summary>A failure that a rule retries without counting it against maxRetries.</summary>
    Ignored,

    /// <summary>Given up before it began, for want of room: neither a failure nor a disruption.</summary>
    Requeued,
}
