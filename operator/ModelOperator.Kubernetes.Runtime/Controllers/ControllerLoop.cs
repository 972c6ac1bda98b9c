using Microsoft.Extensions.Logging;
using ModelOperator.Kubernetes.Runtime.Metrics;
using ModelOperator.Kubernetes.Runtime.Queueing;

namespace ModelOperator.Kubernetes.Runtime.Controllers;

/// <summary>One controller at work: its queue, its workers, its full passes. Standing by it keeps no keys; leading it starts with all of them.</summary>
internal sealed partial class ControllerLoop : IDisposable
{
    private readonly IKeyController controller;
    private readonly ControllerOptions options;
    private readonly IReadOnlyList<IKeySource> sources;
    private readonly TimeProvider time;
    private readonly Func<double> jitter;
    private readonly RuntimeMetrics metrics;
    private readonly ILogger logger;
    private volatile bool leading;
    private long passes;

    public ControllerLoop(
        string name,
        IKeyController controller,
        ControllerOptions options,
        IReadOnlyList<IKeySource> sources,
        ControllerLoopServices services)
    {
        (this.controller, this.options, this.sources) = (controller, options, sources);
        (time, jitter, metrics, logger) = (services.Time, services.Jitter, services.Metrics, services.Logger);
        Name = name;
        Queue = new WorkQueue(name, time, BackOff.Reconcile, services.Retries, jitter, metrics);
        metrics.AddController(name, () => Queue.Depth);
        foreach (var source in sources)
            source.Subscribe(Add);
    }

    public string Name { get; }

    public WorkQueue Queue { get; }

    /// <summary>Keys wait, and no worker has taken or finished one for twice the limit of a reconcile.</summary>
    public bool IsStuck => leading && Queue.Stuck > 2 * options.ReconcileTimeout;

    /// <summary>Works until <paramref name="stop"/>; a pass under way may then finish until <paramref name="abort"/>.</summary>
    /// <param name="stop">No further key is taken.</param>
    /// <param name="abort">Cancels passes under way.</param>
    public async Task RunAsync(CancellationToken stop, CancellationToken abort)
    {
        leading = true;
        AddAll();
        var workers = Enumerable.Range(0, options.Workers).Select(_ => Task.Run(() => WorkAsync(stop, abort), CancellationToken.None));
        await Task.WhenAll([.. workers, ResyncAsync(stop)]).ConfigureAwait(false);
        leading = false;
    }

    public void Dispose() => Queue.Dispose();

    private void Add(NamespacedName key, QueuePriority priority)
    {
        if (leading)
            Queue.Add(key, priority);
    }

    private void AddAll()
    {
        foreach (var source in sources)
        {
            foreach (var key in source.All())
                Queue.Add(key, QueuePriority.Low);
        }
    }

    private async Task ResyncAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await Task.Delay(options.Resync * (0.8 + (0.4 * jitter())), time, stop).ConfigureAwait(false);
                AddAll();
            }
        }
        catch (OperationCanceledException)
        {
            // Leadership or the process ends.
        }
    }

    private async Task WorkAsync(CancellationToken stop, CancellationToken abort)
    {
        while (!stop.IsCancellationRequested)
        {
            NamespacedName key;
            try
            {
                key = await Queue.TakeAsync(stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            try
            {
                await PassAsync(key, abort).ConfigureAwait(false);
            }
            finally
            {
                Queue.Done(key);
            }
        }
    }

    private async Task PassAsync(NamespacedName key, CancellationToken abort)
    {
        using var scope = logger.BeginScope(new ReconcileScope(Name, key, Interlocked.Increment(ref passes)));
        using var limit = new CancellationTokenSource(options.ReconcileTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(abort, limit.Token);
        var started = time.GetTimestamp();
        metrics.Worker(Name, 1);
        var outcome = "error";
        try
        {
            outcome = Follow(key, await controller.ReconcileAsync(key, linked.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            LogAborted(Name, key);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            metrics.ReconcileTimedOut(Name);
            LogTimedOut(Name, key, options.ReconcileTimeout.TotalSeconds, Queue.Retry(key).TotalSeconds);
        }
        catch (KubernetesException conflict) when (conflict.IsConflict)
        {
            LogConflict(Name, key, Queue.Retry(key).TotalSeconds);
        }
        catch (Exception failure)
        {
            LogFailed(failure, Name, key, Queue.Failures(key) + 1, Queue.Retry(key).TotalSeconds);
        }
        finally
        {
            metrics.Worker(Name, -1);
            metrics.Reconciled(Name, outcome, time.GetElapsedTime(started));
        }
    }

    private string Follow(NamespacedName key, ReconciliationResult result)
    {
        Queue.Forget(key);
        switch (result.Outcome)
        {
            case ReconciliationOutcome.RequeueAfter:
                Queue.AddAfter(key, result.Delay ?? TimeSpan.Zero);
                return "requeue_after";
            case ReconciliationOutcome.Terminal:
                LogTerminal(Name, key, result.Reason ?? "");
                return "terminal";
            default:
                return "success";
        }
    }
}
