using System.Net.Sockets;

namespace ModelOperator.Gateway.Traffic;

/// <summary>Finds out for all requests that wait for one address when connections to it can be made. Thread-safe.</summary>
internal sealed class HoldDoor(Uri address, TimeProvider clock)
{
    /// <summary>How long one connection is taken to show that the next can be made.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(250);

    /// <summary>A network that drops what nobody takes answers nothing at all.</summary>
    private static readonly TimeSpan LongestTry = TimeSpan.FromSeconds(1);

    private readonly Lock _changing = new();
    private TaskCompletionSource? _opening;
    private long _opened;
    private int _waiting;

    /// <summary>True for a moment after a connection could be made.</summary>
    public bool IsOpen => Volatile.Read(ref _opened) is not 0 and var opened && clock.GetElapsedTime(opened) < Fresh;

    /// <summary>Ends when a connection can be made, or nobody sleeps any more. Each call is followed by <see cref="Leave"/>.</summary>
    /// <param name="sleeps">Whether the arm is still said to have no server.</param>
    public Task OpensAsync(Func<bool> sleeps)
    {
        lock (_changing)
        {
            _waiting++;
            if (_opening is { } opening)
                return opening.Task;
            _opening = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _ = Task.Run(() => TryAsync(sleeps));
            return _opening.Task;
        }
    }

    /// <summary>Somebody waits no longer.</summary>
    public void Leave()
    {
        lock (_changing)
            _waiting--;
    }

    private async Task TryAsync(Func<bool> sleeps)
    {
        for (var wait = ShortestWait; ; wait = GrowingWait.After(wait, LongestWait))
        {
            var open = await ConnectsAsync() || !sleeps();
            lock (_changing)
            {
                if (open)
                    Volatile.Write(ref _opened, clock.GetTimestamp());
                if (open || _waiting == 0)
                {
                    _opening!.TrySetResult();
                    _opening = null;
                    return;
                }
            }

            await Task.Delay(wait, clock);
        }
    }

    private async Task<bool> ConnectsAsync()
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        using CancellationTokenSource limit = new(LongestTry, clock);
        try
        {
            await socket.ConnectAsync(address.Host, address.Port, limit.Token);
            return true;
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
