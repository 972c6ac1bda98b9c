using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using ModelOperator.Kubernetes.Runtime.Metrics;

namespace ModelOperator.Kubernetes.Runtime.Caching;

/// <summary>
/// All informers of the process; one per kind, namespace and selectors. Controllers ask for what they read while they are
/// built; then <see cref="RunAsync"/> runs them all. Thread-safe.
/// </summary>
/// <param name="client">API server.</param>
/// <param name="options">Behaviour of the informers.</param>
/// <param name="time">Clock.</param>
/// <param name="metrics">Measurements.</param>
/// <param name="loggers">Logs.</param>
/// <param name="jitter">Numbers in [0, 1); default <see cref="Jitter.Next"/>.</param>
public sealed class Caches(
    IKubernetesClient client,
    InformerOptions options,
    TimeProvider time,
    RuntimeMetrics metrics,
    ILoggerFactory loggers,
    Func<double>? jitter = null)
{
    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<CacheKey, IInformer> informers = new();
    private bool running;

    /// <summary>All informers.</summary>
    public IReadOnlyCollection<IInformer> Informers => [.. informers.Values];

    /// <summary>Whether every cache has its first whole list.</summary>
    public bool HaveSynced => informers.Values.All(static informer => informer.HasSynced);

    /// <summary>Longest time without a turn of an informer's loop before it counts as hung.</summary>
    public TimeSpan HungAfter => options.HungAfter;

    /// <summary>The shared cache of a kind; made on first use, before the run.</summary>
    /// <typeparam name="T">Kind.</typeparam>
    /// <param name="descriptor">Kind.</param>
    /// <param name="cache">What it holds; everything when null.</param>
    /// <exception cref="InvalidOperationException">The caches run already and this one is not among them.</exception>
    public IStore<T> For<T>(EntityDescriptor<T> descriptor, CacheOptions<T>? cache = null)
        where T : class, IKubernetesObject => InformerOf(descriptor, cache).Store;

    /// <summary>The shared informer of a kind; see <see cref="For"/>.</summary>
    /// <typeparam name="T">Kind.</typeparam>
    /// <param name="descriptor">Kind.</param>
    /// <param name="cache">What it holds; everything when null.</param>
    public Informer<T> InformerOf<T>(EntityDescriptor<T> descriptor, CacheOptions<T>? cache = null)
        where T : class, IKubernetesObject
    {
        cache ??= new CacheOptions<T>();
        var key = new CacheKey(descriptor.ApiVersion, descriptor.Plural, cache.NamespaceName, cache.LabelSelector, cache.FieldSelector);
        lock (gate)
        {
            if (informers.TryGetValue(key, out var known))
            {
                var informer = (Informer<T>)known;
                informer.Share(cache);
                return informer;
            }

            if (running)
                throw new InvalidOperationException($"the cache of {descriptor.Plural} was asked for after the caches started");
            var made = new Informer<T>(
                client, descriptor, cache, options, time, jitter ?? Jitter.Next, metrics, loggers.CreateLogger("ModelOperator.Kubernetes.Runtime.Informer"));
            informers[key] = made;
            return made;
        }
    }

    /// <summary>The first cached copy of an object in any cache of its kind, or null.</summary>
    /// <typeparam name="T">Kind.</typeparam>
    /// <param name="descriptor">Kind.</param>
    /// <param name="key">Key.</param>
    public T? Peek<T>(EntityDescriptor<T> descriptor, NamespacedName key)
        where T : class, IKubernetesObject
    {
        foreach (var store in StoresOf(descriptor))
        {
            if (store.Get(key) is { } entity)
                return entity;
        }

        return null;
    }

    /// <summary>UID and version of the object that <see cref="Peek"/> would give; reads no object.</summary>
    /// <typeparam name="T">Kind.</typeparam>
    /// <param name="descriptor">Kind.</param>
    /// <param name="key">Key.</param>
    internal (string? Uid, string? Version)? Mark<T>(EntityDescriptor<T> descriptor, NamespacedName key)
        where T : class, IKubernetesObject
    {
        foreach (var store in StoresOf(descriptor).Cast<Store<T>>())
        {
            if (store.Mark(key) is { } mark)
                return mark;
        }

        return null;
    }

    /// <summary>All caches of a kind.</summary>
    /// <typeparam name="T">Kind.</typeparam>
    /// <param name="descriptor">Kind.</param>
    public IEnumerable<IStore<T>> StoresOf<T>(EntityDescriptor<T> descriptor)
        where T : class, IKubernetesObject
    {
        foreach (var (key, informer) in informers)
        {
            if (key.ApiVersion == descriptor.ApiVersion && key.Plural == descriptor.Plural)
                yield return ((Informer<T>)informer).Store;
        }
    }

    /// <summary>Caches of a kind that hold such an object, or may.</summary>
    /// <typeparam name="T">Kind.</typeparam>
    /// <param name="descriptor">Kind.</param>
    /// <param name="entity">Object.</param>
    internal IEnumerable<IStore<T>> StoresFor<T>(EntityDescriptor<T> descriptor, T entity)
        where T : class, IKubernetesObject
    {
        foreach (var (key, informer) in informers)
        {
            if (key.ApiVersion == descriptor.ApiVersion && key.Plural == descriptor.Plural && ((Informer<T>)informer).Selects(entity) is not false)
                yield return ((Informer<T>)informer).Store;
        }
    }

    /// <summary>Takes the server's answer to a write of our own into every cache of its kind, before the watch brings it.</summary>
    /// <typeparam name="T">Kind.</typeparam>
    /// <param name="descriptor">Kind.</param>
    /// <param name="written">The object as the server has it after the write.</param>
    public void Merge<T>(EntityDescriptor<T> descriptor, T written)
        where T : class, IKubernetesObject
    {
        foreach (var (key, informer) in informers)
        {
            if (key.ApiVersion == descriptor.ApiVersion && key.Plural == descriptor.Plural)
                ((Informer<T>)informer).Merge(written);
        }
    }

    /// <summary>Runs all informers until cancelled.</summary>
    /// <param name="cancellationToken">Ends them.</param>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        IInformer[] all;
        lock (gate)
        {
            running = true;
            all = [.. informers.Values];
        }

        await Task.WhenAll(all.Select(informer => Task.Run(() => informer.RunAsync(cancellationToken), CancellationToken.None))).ConfigureAwait(false);
    }

    /// <summary>Waits until every cache has its first whole list.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task WaitForSyncAsync(CancellationToken cancellationToken)
    {
        while (!HaveSynced)
            await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancellationToken).ConfigureAwait(false);
    }

    private sealed record CacheKey(string ApiVersion, string Plural, string? NamespaceName, string? LabelSelector, string? FieldSelector);
}
