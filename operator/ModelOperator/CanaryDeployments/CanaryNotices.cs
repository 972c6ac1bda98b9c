using System.Collections.Concurrent;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Events;
using ModelOperator.Kubernetes.Runtime.Plans;

namespace ModelOperator.CanaryDeployments;

/// <summary>
/// Tells those who asked for it of transitions, beside the reconciles: queued in memory, tried again with growing pauses, bounded for each canary and
/// for all. What cannot be told is counted, logged and said by an event; the transition's own event stands in any case. Thread-safe.
/// </summary>
/// <param name="sender">Way out.</param>
/// <param name="recorder">Events about notices that were given up.</param>
/// <param name="metrics">Counts.</param>
/// <param name="time">Clock.</param>
/// <param name="log">Log.</param>
public sealed partial class CanaryNotices(HttpWebhookSender sender, IEventRecorder recorder, CanaryMetrics metrics, TimeProvider time, ILogger<CanaryNotices> log) : IDisposable
{
    /// <summary>Most notices that wait, of all canaries and of one.</summary>
    public const int Most = 1000, MostOfOne = 50;

    /// <summary>Most tries of one notice.</summary>
    public const int Tries = 6;

    private const string Dropped = "NoticeDropped";
    private const int AtOnce = 32;
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<NamespacedName, int> waiting = new();
    private readonly SemaphoreSlim slots = new(AtOnce);
    private readonly CancellationTokenSource stopping = new();
    private int all;

    /// <summary>Notices that wait.</summary>
    public int Waiting => Volatile.Read(ref all);

    /// <summary>Queues what a plan that was carried out tells; never waits, never fails.</summary>
    public void Tell(V1CanaryDeployment canary, Plan<CanaryDeploymentStatus> plan)
    {
        if (canary.Spec.Notices is not { Count: > 0 } notices || plan.Status is not { } status)
            return;
        foreach (var note in plan.Events)
            foreach (var notice in notices)
                if (notice.Events is not { Count: > 0 } events || events.Contains(NoticeDocuments.EventOf(note)))
                    Queue(canary, notice, NoticeDocuments.Of(canary, status, note, time.WholeSeconds()));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stopping.Cancel();
        stopping.Dispose();
        slots.Dispose();
    }

    private void Queue(V1CanaryDeployment canary, CanaryNotice notice, NoticeDocument document)
    {
        var mine = waiting.AddOrUpdate(canary.Key, 1, static (_, count) => count + 1);
        if (Interlocked.Increment(ref all) > Most || mine > MostOfOne)
        {
            Left(canary.Key);
            GiveUp(canary, notice, document, "dropped", "too many wait already");
            return;
        }

        _ = DeliverAsync(canary, notice, document, stopping.Token);
    }

    private async Task DeliverAsync(V1CanaryDeployment canary, CanaryNotice notice, NoticeDocument document, CancellationToken cancellationToken)
    {
        try
        {
            var target = new WebhookTarget(notice.Url ?? "", document.Namespace, notice.HeadersFrom, CallTimeout, 0) { UrlFrom = notice.UrlFrom };
            var body = NoticeDocuments.Body(notice.Type, document);
            for (var attempt = 1; ; attempt++)
            {
                var answer = await PostAsync(target, document.Id, body, cancellationToken).ConfigureAwait(false);
                if (answer.State == CanaryWebhookState.Yes)
                {
                    metrics.Notice("sent");
                    return;
                }

                // A refusal stays one; who cannot be reached may come back.
                if (answer.State == CanaryWebhookState.No || attempt == Tries)
                {
                    GiveUp(canary, notice, document, "failed", answer.Message);
                    return;
                }

                await Task.Delay(TimeSpan.FromSeconds(1 << (attempt - 1)), time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException)
        {
            // The process ends.
        }
        finally
        {
            Left(canary.Key);
        }
    }

    private async Task<WebhookAnswer> PostAsync(WebhookTarget target, string id, byte[] body, CancellationToken cancellationToken)
    {
        await slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await sender.PostAsync(target, id, body, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            slots.Release();
        }
    }

    private void Left(NamespacedName key)
    {
        Interlocked.Decrement(ref all);
        if (waiting.AddOrUpdate(key, 0, static (_, count) => count - 1) <= 0)
            waiting.TryRemove(new KeyValuePair<NamespacedName, int>(key, 0));
    }

    private void GiveUp(V1CanaryDeployment canary, CanaryNotice notice, NoticeDocument document, string result, string problem)
    {
        metrics.Notice(result);
        LogGivenUp(canary.Key, notice.Name, document.Event, problem);
        recorder.Record(canary.ToReference(), EventNote.Warning(Dropped, $"Notice {notice.Name} of {document.Event} could not be delivered: {problem}."), CanaryDeploymentRoom.Manager);
    }
}
