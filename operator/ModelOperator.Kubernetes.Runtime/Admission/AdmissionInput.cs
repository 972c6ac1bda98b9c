namespace ModelOperator.Kubernetes.Runtime.Admission;

/// <summary>What a validator may know.</summary>
/// <typeparam name="T">Kind.</typeparam>
/// <param name="Operation">CREATE, UPDATE, DELETE or CONNECT.</param>
/// <param name="New">The new object; null for DELETE.</param>
/// <param name="Old">The old object; null for CREATE.</param>
/// <param name="User">Who asks.</param>
/// <param name="NamespaceName">Namespace; "" when cluster-scoped.</param>
/// <param name="SubResource">Subresource; null for the object itself.</param>
/// <param name="DryRun">Whether nothing will be persisted.</param>
public sealed record AdmissionInput<T>(
    string Operation, T? New, T? Old, V1UserInfo User, string NamespaceName, string? SubResource, bool DryRun)
    where T : class, IKubernetesObject
{
    /// <summary>Whether it is a CREATE.</summary>
    public bool IsCreate => Operation == "CREATE";

    /// <summary>Whether it is an UPDATE.</summary>
    public bool IsUpdate => Operation == "UPDATE";
}
