namespace ModelOperator.Kubernetes.Runtime.Plans;

/// <summary>How an object is brought into being.</summary>
public enum EnsureMode
{
    /// <summary>Server-side apply: created when absent, our fields kept as wanted afterwards.</summary>
    Apply,

    /// <summary>Created when absent, never changed afterwards: for Pods, and for objects that others edit.</summary>
    CreateOnly,

    /// <summary>
    /// Created when absent, without asking first; where it is there and differs, replaced as a whole on the version that was seen. Cheaper than
    /// <see cref="Apply"/>, for objects that nobody else writes and no cache holds.
    /// </summary>
    Replace,
}
