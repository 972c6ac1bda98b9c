using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ModelOperator.Kubernetes.Runtime.Metrics;
using ModelOperator.Kubernetes.Runtime.Queueing;

namespace ModelOperator.Kubernetes.Runtime.Events;

/// <summary>
/// Writes events.k8s.io/v1 events in the background. Equal events have equal names, so that a repetition becomes a count on the first
/// (also across restarts). What cannot be written is dropped, logged and counted: an event is never worth a failed reconcile.
/// </summary>
public sealed partial class EventRecorder : BackgroundService, IEventRecorder
{
    private const int MostRemembered = 10_000;

    private readonly IKubernetesClient client;
    private readonly EventRecorderOptions options;
    private readonly TimeProvider time;
    private readonly RuntimeMetrics metrics;
    private readonly ILogger<EventRecorder> logger;
    private readonly TokenBucket bucket;
    private readonly Channel<Told> channel;
    private readonly Dictionary<string, EventSeries> series = [];

    /// <summary>Makes a recorder that writes once it runs.</summary>
    /// <param name="client">API server.</param>
    /// <param name="options">Behaviour.</param>
    /// <param name="time">Clock.</param>
    /// <param name="metrics">Measurements.</param>
    /// <param name="logger">Log.</param>
    public EventRecorder(
        IKubernetesClient client, EventRecorderOptions options, TimeProvider time, RuntimeMetrics metrics, ILogger<EventRecorder> logger)
    {
        (this.client, this.options, this.time, this.metrics, this.logger) = (client, options, time, metrics, logger);
        bucket = new TokenBucket(options.PerSecond, options.Burst, time);
        channel = Channel.CreateBounded<Told>(
            new BoundedChannelOptions(options.Waiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true },
            _ => metrics.EventDropped("full"));
    }

    /// <inheritdoc/>
    public void Record(V1ObjectReference regarding, EventNote note, string controller) =>
        channel.Writer.TryWrite(new Told(note.Regarding ?? regarding, note, controller, time.GetUtcNow()));

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var told in channel.Reader.ReadAllAsync(stoppingToken).ConfigureAwait(false))
                await TellAsync(told, stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The process ends; what still waits is dropped.
        }
    }

    private async Task TellAsync(Told told, CancellationToken cancellationToken)
    {
        var made = EventBodies.First(told.Regarding, told.Note, options.ControllerPrefix + told.Controller, options.Instance, told.At);
        var name = $"{made.Metadata.NamespaceProperty}/{made.Metadata.Name}";
        var current = series.TryGetValue(name, out var before) && told.At - before.LastAt < options.SeriesEnd
            ? before with { Count = before.Count + 1, LastAt = told.At }
            : new EventSeries(1, told.At, null);
        Remember(name, current);
        if (current.WrittenAt is { } writtenAt && told.At - writtenAt < options.Quiet)
            return;
        var wait = bucket.Reserve();
        try
        {
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
            var count = current.WrittenAt is null
                ? await CreateAsync(made, told.At, cancellationToken).ConfigureAwait(false)
                : await CountAsync(made, current.Count, told.At, cancellationToken).ConfigureAwait(false);
            Remember(name, current with { Count = count, WrittenAt = told.At });
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            metrics.EventDropped("failed");
            LogDropped(failure, told.Note.Reason, told.Regarding.Kind, told.Regarding.Name);
        }
    }

    private async Task<int> CreateAsync(EventsV1Event made, DateTimeOffset at, CancellationToken cancellationToken)
    {
        try
        {
            await client.CreateAsync(KubernetesDescriptors.Events, made, null, cancellationToken).ConfigureAwait(false);
            return 1;
        }
        catch (KubernetesException known) when (known.IsAlreadyExists)
        {
            var existing = await client.GetAsync(
                KubernetesDescriptors.Events, made.Metadata.Name, made.Metadata.NamespaceProperty, cancellationToken).ConfigureAwait(false);
            return await CountAsync(made, (existing?.Series?.Count ?? 1) + 1, at, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<int> CountAsync(EventsV1Event made, int count, DateTimeOffset at, CancellationToken cancellationToken)
    {
        try
        {
            await client.PatchAsync(
                KubernetesDescriptors.Events, made.Metadata.Name, made.Metadata.NamespaceProperty, PatchKind.Merge,
                EventBodies.SeriesPatch(count, at), null, cancellationToken).ConfigureAwait(false);
            return count;
        }
        catch (KubernetesException expired) when (expired.IsNotFound)
        {
            await client.CreateAsync(KubernetesDescriptors.Events, made, null, cancellationToken).ConfigureAwait(false);
            return 1;
        }
    }

    private void Remember(string name, EventSeries current)
    {
        if (series.Count >= MostRemembered && !series.ContainsKey(name))
            series.Clear();
        series[name] = current;
    }

    private readonly record struct Told(V1ObjectReference Regarding, EventNote Note, string Controller, DateTimeOffset At);

    private readonly record struct EventSeries(int Count, DateTimeOffset LastAt, DateTimeOffset? WrittenAt);
}
