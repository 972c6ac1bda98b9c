using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Leadership;
using ModelOperator.Kubernetes.Runtime.Metrics;
using ModelOperator.Kubernetes.Runtime.Queueing;

namespace ModelOperator.Kubernetes.Runtime.Controllers;

/// <summary>
/// Runs everything: caches at once (a stand-by is warm), controllers while this process leads and the caches are in.
/// On stop: no new pass begins, passes under way drain, the lease is released.
/// </summary>
public sealed partial class ControllerHost : BackgroundService
{
    private readonly Caches caches;
    private readonly ControllerHostOptions options;
    private readonly LeaseElector? elector;
    private readonly IHostApplicationLifetime lifetime;
    private readonly TimeProvider time;
    private readonly ILogger<ControllerHost> logger;
    private readonly IReadOnlyList<ControllerLoop> loops;

    /// <summary>Builds the controllers, and with them the caches that they ask for.</summary>
    /// <param name="builder">Registered controllers.</param>
    /// <param name="services">Where the controllers are built from.</param>
    /// <param name="caches">Caches.</param>
    /// <param name="options">Behaviour.</param>
    /// <param name="lifetime">Stops the process.</param>
    /// <param name="time">Clock.</param>
    /// <param name="metrics">Measurements.</param>
    /// <param name="health">Told what ready and live mean.</param>
    /// <param name="logger">Log.</param>
    /// <param name="elector">Leader election; this process always leads when null.</param>
    public ControllerHost(
        ControllerHostBuilder builder,
        IServiceProvider services,
        Caches caches,
        ControllerHostOptions options,
        IHostApplicationLifetime lifetime,
        TimeProvider time,
        RuntimeMetrics metrics,
        RuntimeHealth health,
        ILogger<ControllerHost> logger,
        LeaseElector? elector = null)
    {
        (this.caches, this.options, this.lifetime, this.time, this.logger, this.elector) = (caches, options, lifetime, time, logger, elector);
        var retries = new TokenBucket(options.RetriesPerSecond, options.RetryBurst, time);
        var shared = new ControllerLoopServices(time, Jitter.Next, retries, metrics, logger);
        loops = [.. builder.Registrations.Select(registration => registration.Build(services, shared))];
        health.AddReadiness("caches", NotSynced);
        health.AddLiveness("informers", HungInformers);
        health.AddLiveness("queues", StuckQueues);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        foreach (var loop in loops)
            loop.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var ended = new CancellationTokenSource();
        var informing = caches.RunAsync(ended.Token);
        try
        {
            if (elector is null)
                await WorkAsync(stoppingToken, CancellationToken.None).ConfigureAwait(false);
            else
                await elector.RunAsync(lost => WorkAsync(stoppingToken, lost), stoppingToken).ConfigureAwait(false);
        }
        catch (LeadershipLostException lost)
        {
            LogLeadershipLost(lost, lost.Stopped);
            End(lost.Stopped);
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await informing.ConfigureAwait(false);
        }
    }

    private async Task WorkAsync(CancellationToken stop, CancellationToken lost)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop, lost);
        try
        {
            await caches.WaitForSyncAsync(enough.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        LogLeading(loops.Count);
        // Lost leadership aborts passes at once; a stop gives them time to finish first.
        using var abort = CancellationTokenSource.CreateLinkedTokenSource(lost);
        using var drain = stop.UnsafeRegister(_ => abort.CancelAfter(options.DrainTime), null);
        await Task.WhenAll(loops.Select(loop => loop.RunAsync(enough.Token, abort.Token))).ConfigureAwait(false);
    }

    private void End(bool stopped)
    {
        if (options.LeadershipLost is { } end)
        {
            end(stopped);
            return;
        }

        Environment.ExitCode = 1;
        if (stopped)
            lifetime.StopApplication();
        else
            Environment.Exit(1);
    }

    private string? NotSynced()
    {
        var waiting = caches.Informers.Where(static informer => !informer.HasSynced).Select(static informer => informer.Name).ToArray();
        return waiting.Length == 0 ? null : $"waiting for the first list of {string.Join(", ", waiting)}";
    }

    private string? HungInformers()
    {
        var hung = caches.Informers.Where(informer => informer.Idle > caches.HungAfter).Select(static informer => informer.Name).ToArray();
        return hung.Length == 0 ? null : $"no turn of the loop of {string.Join(", ", hung)}";
    }

    private string? StuckQueues()
    {
        var stuck = loops.Where(static loop => loop.IsStuck).Select(static loop => loop.Name).ToArray();
        return stuck.Length == 0 ? null : $"no progress of {string.Join(", ", stuck)}";
    }
}
