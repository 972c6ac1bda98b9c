namespace ModelOperator.Kubernetes.Runtime.Admission;

/// <summary>Bounds of admission endpoints.</summary>
public sealed record AdmissionOptions
{
    /// <summary>Largest request. Default 3 MiB: an object and its old state, at etcd's limit each.</summary>
    public int MaxBodyBytes { get; init; } = 3 * 1024 * 1024;

    /// <summary>Longest decision; then 504, and the webhook's failurePolicy decides. Default 4 s, below the usual timeoutSeconds of 5.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(4);
}
