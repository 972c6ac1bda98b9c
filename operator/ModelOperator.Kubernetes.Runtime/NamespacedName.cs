namespace ModelOperator.Kubernetes.Runtime;

/// <summary>The key of an object in caches and queues. Cluster-scoped objects have an empty namespace.</summary>
/// <param name="Namespace">Namespace, or "" for a cluster-scoped object.</param>
/// <param name="Name">Name of the object.</param>
public readonly record struct NamespacedName(string Namespace, string Name)
{
    /// <summary><c>namespace/name</c>, or <c>name</c> alone when cluster-scoped.</summary>
    public override string ToString() => string.IsNullOrEmpty(Namespace) ? Name : $"{Namespace}/{Name}";
}
