namespace ModelOperator.Kubernetes.Runtime.Plans;

/// <summary>How a status is persisted.</summary>
public enum StatusWrite
{
    /// <summary>Server-side apply by the manager <c>&lt;room&gt;-status</c>, fenced by UID.</summary>
    Apply,

    /// <summary>PUT of the subresource, fenced by UID and resourceVersion: for ledgers, numbers and aliases.</summary>
    CompareAndSwap,
}
