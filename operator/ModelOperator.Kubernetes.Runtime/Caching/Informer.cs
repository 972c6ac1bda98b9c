using Microsoft.Extensions.Logging;
using ModelOperator.Kubernetes.Runtime.Metrics;

namespace ModelOperator.Kubernetes.Runtime.Caching;

/// <summary>
/// Keeps a <see cref="Store{T}"/> in step with the API server, for ever.
/// <code>
///   LIST all pages ─► Store.Replace (+ deletions for what vanished) ─► WATCH from that version ─┐
///      ▲ 410 Gone, or the same line unreadable twice                                           │ any end
///      └──────────────── pause (0 after a healthy session, else full-jitter back-off) ◄────────┘ otherwise: WATCH from the last version seen
/// </code>
/// The old store is served while a new list is under way.
/// </summary>
/// <typeparam name="T">Kind.</typeparam>
public sealed partial class Informer<T> : IInformer
    where T : class, IKubernetesObject
{
    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    private readonly IKubernetesClient client;
    private readonly EntityDescriptor<T> descriptor;
    private readonly CacheOptions<T> cache;
    private readonly InformerOptions options;
    private readonly TimeProvider time;
    private readonly Func<double> jitter;
    private readonly RuntimeMetrics metrics;
    private readonly ILogger logger;
    private readonly Lock gate = new();
    private readonly List<Action<CacheChange<T>>> subscribers = [];
    private string? resumeFrom;
    private string? unreadableAfter;
    private bool pagesExpire;
    private volatile bool listed;
    private long? watching;
    private long heardAt;
    private long turnedAt;

    /// <summary>Makes an informer that does nothing until it runs.</summary>
    /// <param name="client">API server.</param>
    /// <param name="descriptor">Kind.</param>
    /// <param name="cache">What the cache holds.</param>
    /// <param name="options">Behaviour.</param>
    /// <param name="time">Clock.</param>
    /// <param name="jitter">Numbers in [0, 1).</param>
    /// <param name="metrics">Measurements.</param>
    /// <param name="logger">Log.</param>
    public Informer(
        IKubernetesClient client,
        EntityDescriptor<T> descriptor,
        CacheOptions<T> cache,
        InformerOptions options,
        TimeProvider time,
        Func<double> jitter,
        RuntimeMetrics metrics,
        ILogger logger)
    {
        (this.client, this.descriptor, this.cache, this.options) = (client, descriptor, cache, options);
        (this.time, this.jitter, this.metrics, this.logger) = (time, jitter, metrics, logger);
        Name = cache.LabelSelector is null ? descriptor.Plural : $"{descriptor.Plural}:{cache.LabelSelector}";
        heardAt = turnedAt = time.GetTimestamp();
        Share(cache);
        metrics.AddInformer(Name, () => Silent.TotalSeconds, () => Store.Count);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>The cache.</summary>
    public Store<T> Store { get; } = new();

    /// <inheritdoc/>
    public bool HasSynced => listed;

    /// <inheritdoc/>
    public TimeSpan Silent => time.GetElapsedTime(Volatile.Read(ref heardAt));

    /// <inheritdoc/>
    public TimeSpan Idle => time.GetElapsedTime(Math.Max(Volatile.Read(ref turnedAt), Volatile.Read(ref heardAt)));

    /// <summary>
    /// Calls back on every change, in order, from the informer's loop: the callback only maps the change to keys and must be quick.
    /// Objects that are in the cache already are told first, as initial ones.
    /// </summary>
    /// <param name="onChange">Callback; its exceptions are logged, never passed on.</param>
    public void Subscribe(Action<CacheChange<T>> onChange)
    {
        lock (gate)
        {
            subscribers.Add(onChange);
            foreach (var entity in Store.List())
                Tell(onChange, new CacheChange<T>(null, entity, true));
        }
    }

    /// <summary>
    /// Takes in the server's answer to a write of our own before the watch brings it; subscribers are told as of any other change.
    /// Caches with a selector that cannot be judged here wait for the watch.
    /// </summary>
    /// <param name="written">The object as the server has it after the write.</param>
    public void Merge(T written)
    {
        if (Selects(written) is not true)
            return;
        written.Metadata.Annotations?.Remove(LastApplied);
        var entered = Enter(written);
        lock (gate)
        {
            if (Store.Merge(entered) is { } change)
                Publish_NeedsLock(change);
        }
    }

    /// <summary>Takes in what another user of the cache asks for.</summary>
    internal void Share(CacheOptions<T> other)
    {
        foreach (var index in other.Indexes)
            Store.AddIndex(index);
        if (other.SeldomRead is { } seldomRead)
            Store.Pack(descriptor.Type, seldomRead);
    }

    /// <summary>Whether the cache holds such an object: null where only the server can tell.</summary>
    internal bool? Selects(T entity)
    {
        if (cache.NamespaceName is { } space && space != entity.Metadata.NamespaceProperty)
            return false;
        var labelled = cache.LabelSelector is { } labels ? LabelEqualities.Holds(labels, entity.Metadata.Labels) : true;
        return labelled is true && cache.FieldSelector is not null ? null : labelled;
    }

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var failures = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            Volatile.Write(ref turnedAt, time.GetTimestamp());
            watching = null;
            var from = resumeFrom;
            var cause = await SessionAsync(cancellationToken).ConfigureAwait(false);
            if (cancellationToken.IsCancellationRequested)
                return;
            metrics.WatchEnded(Name, cause);
            // A busy server ends the watch of a client that reads too slowly: the next one goes on at once, for a pause would make the
            // cache stale just when most is happening. A session without a single event is no progress, however often it is closed.
            var moved = from is not null && resumeFrom is not null && resumeFrom != from;
            var healthy = watching is { } since && time.GetElapsedTime(since) > options.HealthySession;
            failures = cause switch
            {
                Ends.Closed when moved || healthy => 0,
                Ends.Failed or Ends.Silent when healthy => 0,
                _ => failures + 1,
            };
            var pause = options.BackOff.Delay(failures, jitter());
            LogPause(Name, cause, pause.TotalSeconds);
            if (!await PauseAsync(pause, cancellationToken).ConfigureAwait(false))
                return;
        }
    }

    private async Task<bool> PauseAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        if (pause <= TimeSpan.Zero)
            return true;
        try
        {
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<string> SessionAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (resumeFrom is null)
                await ListAsync(cancellationToken).ConfigureAwait(false);
            watching = time.GetTimestamp();
            await WatchAsync(cancellationToken).ConfigureAwait(false);
            return Ends.Closed;
        }
        catch (KubernetesException gone) when (gone.IsGone)
        {
            resumeFrom = null;
            return Ends.Gone;
        }
        catch (WatchDecodeException garbage)
        {
            LogGarbage(garbage, Name);
            // Once is a torn line: resume and read it again. Twice in the same place is an object that we cannot read: list.
            if (unreadableAfter == resumeFrom)
                resumeFrom = null;
            unreadableAfter = resumeFrom;
            return Ends.Garbage;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Ends.Stopped;
        }
        catch (TimeoutException silent)
        {
            LogFailure(silent, Name);
            return Ends.Silent;
        }
        catch (Exception failure)
        {
            LogFailure(failure, Name);
            return Ends.Failed;
        }
    }

    private async Task ListAsync(CancellationToken cancellationToken)
    {
        var (items, version) = await PagesAsync(cancellationToken).ConfigureAwait(false);
        metrics.Relisted(Name);
        Heard();
        lock (gate)
        {
            foreach (var change in Store.Replace(items, version))
                Publish_NeedsLock(change);
        }

        // Subscribers know the list by now: who waits for it takes all keys itself and is not given them once more.
        listed = true;
        pagesExpire = false;
        resumeFrom = version;
        LogListed(Name, items.Count, version);
    }

    private async Task<(List<CachedObject<T>> Items, string Version)> PagesAsync(CancellationToken cancellationToken)
    {
        var items = new List<CachedObject<T>>();
        string? version = null;
        var page = new ListOptions
        {
            LabelSelector = cache.LabelSelector,
            FieldSelector = cache.FieldSelector,
            Limit = pagesExpire ? null : options.PageSize,
        };
        while (true)
        {
            var list = await NextPageAsync(page, cancellationToken).ConfigureAwait(false);
            Heard();
            version ??= list.Metadata.ResourceVersion ?? "";
            foreach (var item in list.Items)
                items.Add(Store.Hold(item, Enter));
            if (string.IsNullOrEmpty(list.Metadata.ContinueProperty))
                return (items, version);
            page = page with { Continue = list.Metadata.ContinueProperty };
        }
    }

    private async Task<KubernetesList<T>> NextPageAsync(ListOptions page, CancellationToken cancellationToken)
    {
        try
        {
            return await client.ListAsync(descriptor, cache.NamespaceName, page, cancellationToken).ConfigureAwait(false);
        }
        catch (KubernetesException gone) when (gone.IsGone && page.Continue is not null)
        {
            // Pages outlive their token on a slow or busy server: the next try asks for everything at once.
            pagesExpire = true;
            throw;
        }
    }

    private T Enter(T entity) => cache.Transform is { } transform ? transform(entity) : entity;

    private void Heard() => Volatile.Write(ref heardAt, time.GetTimestamp());

    private void Publish_NeedsLock(CacheChange<T> change)
    {
        foreach (var subscriber in subscribers)
            Tell(subscriber, change);
    }

    private void Tell(Action<CacheChange<T>> subscriber, CacheChange<T> change)
    {
        try
        {
            subscriber(change);
        }
        catch (Exception failure)
        {
            LogSubscriber(failure, Name, change.Latest.Key);
        }
    }

    /// <summary>Causes of a session's end, as the metric names them.</summary>
    private static class Ends
    {
        public const string Closed = "closed";
        public const string Gone = "gone";
        public const string Garbage = "garbage";
        public const string Silent = "silent";
        public const string Failed = "failed";
        public const string Stopped = "stopped";
    }
}
