using System.Collections;

namespace ModelOperator.Kubernetes.Runtime.Caching;

/// <summary>Objects of one moment, each unpacked as it is come to: ten thousand packed ones are never all in memory at once.</summary>
internal sealed class CachedList<T>(IReadOnlyList<CachedObject<T>> objects) : IReadOnlyList<T>
    where T : class, IKubernetesObject
{
    public int Count => objects.Count;

    public T this[int index] => objects[index].Read();

    public IEnumerator<T> GetEnumerator() => objects.Select(static entity => entity.Read()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
