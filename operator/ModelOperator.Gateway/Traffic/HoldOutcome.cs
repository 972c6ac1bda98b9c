namespace ModelOperator.Gateway.Traffic;

/// <summary>What became of a request that came while its arm had no server.</summary>
internal enum HoldOutcome
{
    /// <summary>A server takes connections: send it.</summary>
    Passed,

    /// <summary>No server came in time.</summary>
    TimedOut,

    /// <summary>As many requests, or bytes, wait as may.</summary>
    Full,

    /// <summary>The gateway goes.</summary>
    Stopped,

    /// <summary>The client went away.</summary>
    Gone,
}
