using Microsoft.Extensions.Logging;
using ModelOperator.Kubernetes.Runtime.Metrics;

namespace ModelOperator.Kubernetes.Runtime.Leadership;

/// <summary>
/// Leader election by a Lease. At most one process leads as long as clocks run at the same rate: nobody takes a lease over before it stood
/// still for its whole duration on the watcher's own monotonic clock, and a leader stops by itself earlier than that.
/// <code>
///   wait ──lease free, expired or ours──► lead ──stop──► drain ──► release (holder "")
///                                          │ not renewed for RenewDeadline, or another holder seen
///                                          └──► cancel the work ──► LeadershipLostException: the process ends
/// </code>
/// </summary>
/// <param name="client">API server.</param>
/// <param name="options">Behaviour.</param>
/// <param name="time">Clock; its monotonic side decides, wall time is only written for people.</param>
/// <param name="metrics">Measurements.</param>
/// <param name="logger">Log.</param>
/// <param name="jitter">Numbers in [0, 1).</param>
public sealed partial class LeaseElector(
    IKubernetesClient client,
    LeaseElectorOptions options,
    TimeProvider time,
    RuntimeMetrics metrics,
    ILogger<LeaseElector> logger,
    Func<double>? jitter = null)
{
    private readonly Func<double> jitter = jitter ?? Jitter.Next;
    private V1Lease? observed;
    private long observedAt;
    private long renewedAt;
    private volatile bool leads;

    /// <summary>Whether this process leads now: false as soon as the renew deadline has passed, even before anything was cancelled.</summary>
    public bool IsLeading => leads && time.GetElapsedTime(Volatile.Read(ref renewedAt)) < options.RenewDeadline;

    /// <summary>Waits for the lease, then runs the work while renewing.</summary>
    /// <param name="work">The leader's work; it ends when its token is cancelled (leadership lost) or when it wants to (drained).</param>
    /// <param name="stop">Ends the wait for the lease. While leading it does nothing by itself: the work decides when it has drained.</param>
    /// <exception cref="LeadershipLostException">The lease was lost.</exception>
    public async Task RunAsync(Func<CancellationToken, Task> work, CancellationToken stop)
    {
        options.Validate();
        metrics.AddElection(options.Name, () => IsLeading);
        if (!await AcquireAsync(stop).ConfigureAwait(false))
            return;
        leads = true;
        LogAcquired(options.Name, options.Identity);
        try
        {
            await LeadAsync(work).ConfigureAwait(false);
        }
        finally
        {
            leads = false;
        }
    }

    private async Task<bool> AcquireAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (await TryAsync(options.RenewDeadline, stop).ConfigureAwait(false) == LeaseTry.Held)
                return true;
            // Spread by up to a fifth: candidates that started together must not collide for ever.
            if (!await PauseAsync(options.Retry * (1 + (0.2 * jitter())), stop).ConfigureAwait(false))
                return false;
        }

        return false;
    }

    private async Task LeadAsync(Func<CancellationToken, Task> work)
    {
        using var lost = new CancellationTokenSource();
        using var finished = new CancellationTokenSource();
        var running = Task.Run(() => work(lost.Token), CancellationToken.None);
        var renewing = RenewAsync(finished.Token);
        if (await Task.WhenAny(running, renewing).ConfigureAwait(false) == running)
        {
            await finished.CancelAsync().ConfigureAwait(false);
            await renewing.ConfigureAwait(false);
            leads = false;
            await ReleaseAsync().ConfigureAwait(false);
            await running.ConfigureAwait(false);
            return;
        }

        leads = false;
        var why = await renewing.ConfigureAwait(false) ?? "stopped";
        LogLost(options.Name, why);
        await lost.CancelAsync().ConfigureAwait(false);
        throw new LeadershipLostException($"lease {options.NamespaceName}/{options.Name}: {why}", await EndedAsync(running).ConfigureAwait(false));
    }

    /// <summary>Renews until stopped (null) or lost (why).</summary>
    private async Task<string?> RenewAsync(CancellationToken finished)
    {
        while (true)
        {
            var left = options.RenewDeadline - time.GetElapsedTime(renewedAt);
            if (left <= TimeSpan.Zero)
                return $"not renewed for {options.RenewDeadline.TotalSeconds} s";
            if (!await PauseAsync(left < options.Retry ? left : options.Retry, finished).ConfigureAwait(false))
                return null;
            left = options.RenewDeadline - time.GetElapsedTime(renewedAt);
            if (left <= TimeSpan.Zero)
                continue;
            // A try that hangs leaves room for another: each gets at most half of what the deadline allows.
            var share = options.RenewDeadline / 2;
            if (await TryAsync(left < share ? left : share, finished).ConfigureAwait(false) == LeaseTry.HeldByOther)
                return $"taken by {observed?.Spec?.HolderIdentity}";
        }
    }

    private async Task<LeaseTry> TryAsync(TimeSpan limit, CancellationToken stop)
    {
        using var deadline = new CancellationTokenSource(limit, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(stop, deadline.Token);
        var started = time.GetTimestamp();
        try
        {
            var result = await TakeOrRenewAsync(linked.Token).ConfigureAwait(false);
            if (result == LeaseTry.Held)
                // From before the request: the server's clock for us cannot have started earlier.
                Volatile.Write(ref renewedAt, started);
            return result;
        }
        catch (KubernetesException conflict) when (conflict.IsConflict || conflict.IsAlreadyExists)
        {
            observed = leads ? await ReadAsync(linked.Token).ConfigureAwait(false) : observed;
            return observed is { } lease && leads && !IsOurs(lease) ? LeaseTry.HeldByOther : LeaseTry.Unknown;
        }
        catch (KubernetesException gone) when (gone.IsNotFound)
        {
            // Somebody deleted the lease: the next try makes it anew.
            observed = null;
            return LeaseTry.Unknown;
        }
        catch (OperationCanceledException)
        {
            return LeaseTry.Unknown;
        }
        catch (Exception failure)
        {
            LogTryFailed(failure, options.Name);
            return LeaseTry.Unknown;
        }
    }

    private async Task<LeaseTry> TakeOrRenewAsync(CancellationToken cancellationToken)
    {
        if (!leads || observed is null)
        {
            if (await ReadAsync(cancellationToken).ConfigureAwait(false) is not { } current)
            {
                Observe(await client.CreateAsync(KubernetesDescriptors.Leases, LeaseRecords.New(options, time.GetUtcNow()), null, cancellationToken).ConfigureAwait(false));
                return LeaseTry.Held;
            }

            Observe(current);
            if (!IsOurs(current) && !IsFree(current))
                return leads ? LeaseTry.HeldByOther : LeaseTry.Unknown;
        }

        var next = LeaseRecords.Renewed(observed!, options, time.GetUtcNow());
        Observe(await client.ReplaceAsync(KubernetesDescriptors.Leases, next, null, cancellationToken).ConfigureAwait(false));
        return LeaseTry.Held;
    }

    private async Task<V1Lease?> ReadAsync(CancellationToken cancellationToken) =>
        await client.GetAsync(KubernetesDescriptors.Leases, options.Name, options.NamespaceName, cancellationToken).ConfigureAwait(false);

    private void Observe(V1Lease lease)
    {
        if (observed?.Metadata.ResourceVersion != lease.Metadata.ResourceVersion || observed?.Metadata.Uid != lease.Metadata.Uid)
            observedAt = time.GetTimestamp();
        observed = lease;
    }

    private bool IsOurs(V1Lease lease) => lease.Spec?.HolderIdentity == options.Identity;

    // Expiry is judged by how long the lease stood still before our own eyes: the holder's wall clock is not trusted.
    private bool IsFree(V1Lease lease) =>
        string.IsNullOrEmpty(lease.Spec?.HolderIdentity)
        || time.GetElapsedTime(observedAt) >= TimeSpan.FromSeconds(lease.Spec.LeaseDurationSeconds ?? (int)options.Duration.TotalSeconds);

    private async Task ReleaseAsync()
    {
        // As long as a renewal may take: a lease that is not given back costs the successor its whole duration.
        using var deadline = new CancellationTokenSource(options.RenewDeadline / 2, time);
        try
        {
            while (await ReadAsync(deadline.Token).ConfigureAwait(false) is { } current && IsOurs(current))
            {
                if (await TryReleaseAsync(current, deadline.Token).ConfigureAwait(false))
                {
                    LogReleased(options.Name);
                    return;
                }
            }
        }
        catch (Exception failure)
        {
            LogReleaseFailed(failure, options.Name, options.Duration.TotalSeconds);
        }
    }

    /// <summary>Whether the lease was given back. Not when it changed since it was read: a renewal that was cut off may still arrive.</summary>
    private async Task<bool> TryReleaseAsync(V1Lease current, CancellationToken cancellationToken)
    {
        try
        {
            await client.ReplaceAsync(KubernetesDescriptors.Leases, LeaseRecords.Released(current, time.GetUtcNow()), null, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (KubernetesException conflict) when (conflict.IsConflict)
        {
            return false;
        }
    }

    private async Task<bool> EndedAsync(Task running)
    {
        try
        {
            await running.WaitAsync(options.Duration - options.RenewDeadline, time).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
        catch (Exception failure)
        {
            LogWorkFailed(failure, options.Name);
            return true;
        }
    }

    private async Task<bool> PauseAsync(TimeSpan pause, CancellationToken stop)
    {
        try
        {
            await Task.Delay(pause, time, stop).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
