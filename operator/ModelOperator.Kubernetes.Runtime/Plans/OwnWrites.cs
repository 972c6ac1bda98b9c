using System.Collections.Concurrent;
using ModelOperator.Kubernetes.Runtime.Caching;

namespace ModelOperator.Kubernetes.Runtime.Plans;

/// <summary>
/// Remembers what each reconciled object's last passes wrote until the caches have seen it. A pass that would decide on an older
/// state than its own writes is put off. Thread-safe.
/// </summary>
/// <param name="caches">Caches that must catch up.</param>
/// <param name="time">Clock.</param>
public sealed class OwnWrites(Caches caches, TimeProvider time)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<(string Kind, NamespacedName Key), PendingWrites> pending = new();

    /// <summary>Remembers a write made while <paramref name="owner"/> was reconciled. What no cache holds is not remembered.</summary>
    /// <typeparam name="T">Kind that was written.</typeparam>
    /// <param name="ownerKind">Kind of the reconciled object.</param>
    /// <param name="owner">Key of the reconciled object.</param>
    /// <param name="descriptor">Kind that was written.</param>
    /// <param name="written">The server's answer.</param>
    public void Record<T>(string ownerKind, NamespacedName owner, EntityDescriptor<T> descriptor, T written)
        where T : class, IKubernetesObject
    {
        var stores = caches.StoresFor(descriptor, written).ToArray();
        if (stores.Length == 0)
            return;
        var key = written.Key;
        var version = written.Metadata.ResourceVersion;
        var since = time.GetTimestamp();
        pending.GetOrAdd((ownerKind, owner), static _ => new PendingWrites())
            .Add(() => Array.Exists(stores, store => Includes(store, key, version)) || time.GetElapsedTime(since) > LongestWait);
    }

    /// <summary>Whether the caches still lack a write of the reconciled object. Waits at most 10 s per write, then gives up waiting.</summary>
    /// <param name="ownerKind">Kind of the reconciled object.</param>
    /// <param name="owner">Key of the reconciled object.</param>
    public bool AreUnseen(string ownerKind, NamespacedName owner)
    {
        if (!pending.TryGetValue((ownerKind, owner), out var writes))
            return false;
        if (writes.AnyUnseen())
            return true;
        pending.TryRemove((ownerKind, owner), out _);
        return false;
    }

    /// <summary>Forgets a reconciled object that is gone.</summary>
    /// <param name="ownerKind">Kind of the reconciled object.</param>
    /// <param name="owner">Key of the reconciled object.</param>
    public void Forget(string ownerKind, NamespacedName owner) => pending.TryRemove((ownerKind, owner), out _);

    private static bool Includes<T>(IStore<T> store, NamespacedName key, string? version)
        where T : class, IKubernetesObject =>
        ResourceVersions.Includes(store.ResourceVersion, version) || ResourceVersions.Includes(store.Get(key)?.Metadata.ResourceVersion, version);
}
