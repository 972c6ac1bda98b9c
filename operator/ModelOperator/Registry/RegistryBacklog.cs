using System.Collections.Concurrent;
using ModelOperator.Kubernetes.Runtime;

namespace ModelOperator.Registry;

/// <summary>What waits to be written. Thread-safe.</summary>
/// <param name="journal">Facts that wait as well.</param>
public sealed class RegistryBacklog(RegistryJournal journal)
{
    private readonly ConcurrentDictionary<NamespacedName, byte> keys = new();

    /// <summary>Objects and facts.</summary>
    public int Count => keys.Count + journal.Count;

    /// <summary>A key is to be written.</summary>
    /// <param name="key">Key.</param>
    public void Add(NamespacedName key) => keys[key] = 0;

    /// <summary>A key is written, or there is nothing to write.</summary>
    /// <param name="key">Key.</param>
    public void Remove(NamespacedName key) => keys.TryRemove(key, out _);
}
