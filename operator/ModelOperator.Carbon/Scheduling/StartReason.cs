namespace ModelOperator.Carbon.Scheduling;

/// <summary>Why work starts now or waits.</summary>
public enum StartReason
{
    /// <summary>It waits for a cleaner time.</summary>
    Waiting,

    /// <summary>The time that was chosen has come.</summary>
    ChosenTime,

    /// <summary>No later start inside the deadline is expected to be worth the wait.</summary>
    NoneCleaner,

    /// <summary>The intensity is at or below what the user calls clean enough.</summary>
    CleanEnough,

    /// <summary>A later start could miss the deadline.</summary>
    Deadline,

    /// <summary>Nothing is known to decide with.</summary>
    Unknown,
}
