namespace ModelOperator.Kubernetes.Runtime.Caching;

/// <summary>An object that is kept as it is read.</summary>
internal sealed class WholeObject<T>(T entity) : CachedObject<T>
    where T : class, IKubernetesObject
{
    public override NamespacedName Key => entity.Key;

    public override string? Uid => entity.Metadata.Uid;

    public override string? Version => entity.Metadata.ResourceVersion;

    public override T Read() => entity;
}
