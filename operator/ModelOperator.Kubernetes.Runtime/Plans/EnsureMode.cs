namespace ModelOperator.Kubernetes.Runtime.Plans;

/// <summary>How an object is brought into being.</summary>
public enum EnsureMode
{
    /// <summary>Server-side apply: created when absent, our fields kept as wanted afterwards.</summary>
    Apply,

    /// <summary>Created when absent, never changed afterwards: for Pods, and for objects that others edit.</summary>
    CreateOnly,
}
