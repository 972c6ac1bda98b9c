namespace ModelOperator.Kubernetes.Runtime.Leadership;

/// <summary>Result of one try at a lease.</summary>
internal enum LeaseTry
{
    /// <summary>It is ours until the deadline.</summary>
    Held,

    /// <summary>We led, and another holder is written there: over at once.</summary>
    HeldByOther,

    /// <summary>Not ours, or no answer; try again.</summary>
    Unknown,
}
