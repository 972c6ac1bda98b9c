namespace ModelOperator.Kubernetes.Runtime.Caching;

/// <summary>Files objects under values, for lookups without a scan. <see cref="StoreIndexes.OwnerUid"/> exists in every cache.</summary>
/// <typeparam name="T">Kind.</typeparam>
/// <param name="Name">Name, unique within a cache.</param>
/// <param name="Values">Pure: values of an object; none files it nowhere.</param>
public sealed record StoreIndex<T>(string Name, Func<T, IEnumerable<string>> Values)
    where T : class, IKubernetesObject
{
    /// <summary>By the UIDs of all owners.</summary>
    public static StoreIndex<T> ByOwnerUid { get; } =
        new(StoreIndexes.OwnerUid, static entity => entity.Metadata.OwnerReferences?.Select(static owner => owner.Uid) ?? []);

    /// <summary>By the value of a label; the index's name is <c>label:</c> and the key.</summary>
    /// <param name="label">Label key.</param>
    public static StoreIndex<T> ByLabel(string label) =>
        new(StoreIndexes.Label(label), entity => entity.Metadata.Labels?.TryGetValue(label, out var value) == true ? [value] : []);
}
