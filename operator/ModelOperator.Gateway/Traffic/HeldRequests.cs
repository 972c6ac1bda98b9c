using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using ModelOperator.Gateway.Hosting;
using ModelOperator.Gateway.Metrics;
using ModelOperator.Gateway.Routing;

namespace ModelOperator.Gateway.Traffic;

/// <summary>
/// Requests to arms that are scaled to zero: they wait, unread, until a server takes connections. Their number, bytes and time are bounded. Nothing has been sent for them yet, so
/// nothing is sent twice. Thread-safe.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "The semaphore's wait handle is never made, and requests give their places back to the last.")]
internal sealed class HeldRequests(RouteTableStore store, GatewayMetrics metrics, GatewayOptions options, DrainState drain, TimeProvider clock)
{
    /// <summary>The most that Kestrel reads of a body that nobody asks for.</summary>
    private const long BufferedBytes = 1024 * 1024;

    /// <summary>Held requests that are under way at once: a server that has just started is not met by all of them in one instant.</summary>
    private const int AtOnce = 64;

    private readonly SemaphoreSlim _slots = new(AtOnce);
    private readonly ConcurrentDictionary<string, HoldDoor> _doors = new(StringComparer.Ordinal);
    private TaskCompletionSource _demand = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _bytes;

    /// <summary>Lets a request go on once its arm has a server; at once when it had one a moment ago.</summary>
    /// <param name="request">The request, its body unread.</param>
    /// <param name="arm">An arm that holds requests.</param>
    /// <param name="started">Timestamp of the request's arrival: all its waits together are bounded.</param>
    public ValueTask<HoldOutcome> PassAsync(HttpRequest request, Arm arm, long started)
    {
        var door = _doors.GetOrAdd(arm.Url!, static (url, held) => new(new Uri(url), held.clock), (held: this, clock));
        return door.IsOpen ? new(HoldOutcome.Passed) : new(HoldAsync(request, arm, door, started));
    }

    /// <summary>Ends when a request is held, after <paramref name="longest"/>, or when the gateway goes.</summary>
    public async Task DemandAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        var demand = Volatile.Read(ref _demand).Task;
        if (metrics.Held > 0)
            return;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, drain.Ending);
        try
        {
            await demand.WaitAsync(longest, clock, either.Token);
        }
        catch (Exception over) when (over is TimeoutException or OperationCanceledException)
        {
            // The answer says what is held: nothing.
        }
    }

    private async Task<HoldOutcome> HoldAsync(HttpRequest request, Arm arm, HoldDoor door, long started)
    {
        var bytes = request.Headers.TransferEncoding.Count > 0 ? BufferedBytes : Math.Min(request.ContentLength ?? 0, BufferedBytes);
        var outcome = Enter(bytes) ? await WaitAsync(request.HttpContext, arm, door, started) : HoldOutcome.Full;
        Interlocked.Add(ref _bytes, -bytes);
        metrics.HoldEnds(outcome);
        return outcome;
    }

    private bool Enter(long bytes)
    {
        var room = metrics.HoldBegins() <= options.MaxHeld & Interlocked.Add(ref _bytes, bytes) <= options.MaxHeldBytes;
        // Told even when there is no room: a server is wanted all the more.
        Interlocked.Exchange(ref _demand, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        return room;
    }

    private async Task<HoldOutcome> WaitAsync(HttpContext context, Arm arm, HoldDoor door, long started)
    {
        var aborted = context.RequestAborted;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, drain.Ending);
        try
        {
            await door.OpensAsync(() => Sleeps(arm)).WaitAsync(Left(), clock, either.Token);
            if (!await _slots.WaitAsync(Left(), either.Token))
                return HoldOutcome.TimedOut;
            // Given back when the request has ended.
            context.Response.OnCompleted(static slots => { ((SemaphoreSlim)slots).Release(); return Task.CompletedTask; }, _slots);
            return HoldOutcome.Passed;
        }
        catch (TimeoutException)
        {
            return HoldOutcome.TimedOut;
        }
        catch (OperationCanceledException)
        {
            return aborted.IsCancellationRequested ? HoldOutcome.Gone : HoldOutcome.Stopped;
        }
        finally
        {
            door.Leave();
        }

        TimeSpan Left() => TimeSpan.FromSeconds(arm.HoldSeconds ?? 0) - clock.GetElapsedTime(started) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Whether the table in force says that an arm has no server. The operator may know of one before a connection to it can be made; the usual patience does the rest.</summary>
    public bool Sleeps(Arm arm) => store.Current?.ByVersion(arm.Version) is { HoldSeconds: not null };
}
