namespace ModelOperator.Fakes;

/// <summary>
/// Cuts the clients off at their k-th write: from then on every request and every watch is cut, as for a process that died,
/// until <see cref="Disarm"/>.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "token sources without timer or handle hold nothing")]
public sealed class KillSwitch
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _killed = New();
    private CancellationTokenSource _dead = new();
    private Func<FakeRequest, bool> _counts = _ => true;
    private KillPoint _point;
    private int _after;

    /// <summary>Writes counted so far since the last <see cref="Arm"/> (or the start).</summary>
    public int Writes { get; private set; }

    /// <summary>Completes when the switch has fired.</summary>
    public Task Killed
    {
        get
        {
            lock (_lock)
                return _killed.Task;
        }
    }

    /// <summary>Cancelled while clients are cut off.</summary>
    internal CancellationToken Dead
    {
        get
        {
            lock (_lock)
                return _dead.Token;
        }
    }

    /// <summary>Fires at the k-th write from now.</summary>
    /// <param name="afterWrites">k, from 1.</param>
    /// <param name="point">Before the write or before its reply.</param>
    /// <param name="counts">Writes that count; all but those on leases and events when null.</param>
    public void Arm(int afterWrites, KillPoint point, Func<FakeRequest, bool>? counts = null)
    {
        lock (_lock)
        {
            Reset();
            (_after, _point) = (afterWrites, point);
            _counts = counts ?? (r => r.Resource is not ("leases" or "events"));
        }
    }

    /// <summary>Counts writes without ever firing; <see cref="Writes"/> starts at 0.</summary>
    /// <param name="counts">Writes that count; all but those on leases and events when null.</param>
    public void Count(Func<FakeRequest, bool>? counts = null) => Arm(int.MaxValue, KillPoint.BeforeWrite, counts);

    /// <summary>Lets clients in again.</summary>
    public void Disarm()
    {
        lock (_lock)
        {
            Reset();
            _after = 0;
        }
    }

    /// <summary>Counts the request; says whether it is the fatal one, and where.</summary>
    internal KillPoint? Observe(FakeRequest request)
    {
        lock (_lock)
        {
            if (!request.IsWrite || !_counts(request) || ++Writes != _after)
                return null;
            return _point;
        }
    }

    internal void Fire()
    {
        lock (_lock)
        {
            _dead.Cancel();
            _killed.TrySetResult();
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Reset()
    {
        Writes = 0;
        _killed = New();
        if (_dead.IsCancellationRequested)
            _dead = new CancellationTokenSource();
    }
}
