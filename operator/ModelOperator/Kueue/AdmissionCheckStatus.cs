using ModelOperator.Kubernetes;

namespace ModelOperator.Kueue;

/// <summary>Whether the check's controller is at work.</summary>
public sealed record AdmissionCheckStatus
{
    /// <summary>Active.</summary>
    public IReadOnlyList<V1Condition>? Conditions { get; init; }
}
