namespace ModelOperator.Kubernetes.Runtime.Caching;

/// <summary>What changed in a cache, for mapping to keys; never for decisions.</summary>
/// <typeparam name="T">Kind.</typeparam>
/// <param name="Old">Before; null when new.</param>
/// <param name="New">After; null when gone.</param>
/// <param name="Initial">True for objects of the first list.</param>
public sealed record CacheChange<T>(T? Old, T? New, bool Initial)
    where T : class, IKubernetesObject
{
    /// <summary>The latest known state.</summary>
    public T Latest => New ?? Old ?? throw new InvalidOperationException("A change has an object.");
}
