using ModelOperator.Server.Http;
using ModelOperator.Server.Rows;

namespace ModelOperator.Server.Models;

/// <summary>
/// Gives a GPU the rows of several requests at once. A batch is what waits, in the order in which it came, as long as it has at most so many rows; it goes when it is full, when its first
/// request has waited for the delay, or, without one, as soon as the GPU is free. A request of more rows goes alone, in parts. Requests that went away before are left out. How many may
/// wait is <see cref="RequestGate"/>'s to say: each has a turn.
/// </summary>
internal sealed class BatchingPredictor : IRowPredictor, IThreadPoolWorkItem
{
    private enum Phase
    {
        Idle,
        Gathering,
        Predicting,
    }

    private readonly IDeviceModel _model;
    private readonly PredictorTerms _terms;
    private readonly ITimer? _timer;
    private readonly Lock _gate = new();
    private readonly Queue<WaitingRows> _queue = [];

    // Of the batch under way alone.
    private readonly List<WaitingRows> _batch = [];
    private readonly float[] _values;
    private readonly float[] _predictions;

    private Phase _phase;
    private int _waitingRows;
    private int _failures;
    private long _calls;

    internal BatchingPredictor(IDeviceModel model, int columns, int outputs, PredictorTerms terms)
    {
        (_model, _terms) = (model, terms);
        _values = new float[terms.BatchRows * columns];
        _predictions = new float[terms.BatchRows * outputs];
        if (terms.BatchDelay > TimeSpan.Zero)
            _timer = terms.Time.CreateTimer(static state => ((BatchingPredictor)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public string Name => _model.Name;

    public SampleTolerance Tolerance => _model.Tolerance;

    public int BatchRows => _terms.BatchRows;

    /// <summary>Calls of the GPU so far.</summary>
    internal long Calls => Interlocked.Read(ref _calls);

    public async ValueTask PredictAsync(RowBuffer rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
            return;
        cancellationToken.ThrowIfCancellationRequested();
        var waiting = new WaitingRows(rows, _terms.Time.GetTimestamp());
        Enter(waiting);
        await using var registration = cancellationToken.UnsafeRegister((_, token) => Leave(waiting, token), null);
        await waiting.Predicted;
    }

    /// <summary>Only once nobody waits any more: whoever began on this model has its predictions by then.</summary>
    public void Dispose()
    {
        _timer?.Dispose();
        _model.Dispose();
    }

    /// <summary>Makes batches until none is due.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        while (Take())
            Predict();
    }

    private void Enter(WaitingRows waiting)
    {
        lock (_gate)
        {
            _queue.Enqueue(waiting);
            _waitingRows += waiting.Count;
            if (_phase != Phase.Predicting && !Gathers())
                Begin();
        }
    }

    private void Leave(WaitingRows waiting, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            // Its rows are being read: they are the request's again when the batch is over.
            if (waiting.IsTaken)
                return;
            waiting.IsGone = true;
            _waitingRows -= waiting.Count;
            Drop();
        }

        waiting.Leave(cancellationToken);
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            if (_phase == Phase.Gathering)
                Begin();
        }
    }

    // Within the lock, as what follows.
    private void Begin()
    {
        _phase = Phase.Predicting;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    // Whether what waits has time left; then the timer runs. One that was set for a request that has gone comes early, and this is asked again.
    private bool Gathers()
    {
        if (_timer is null || _waitingRows >= _terms.BatchRows)
            return false;
        var left = _terms.BatchDelay - _terms.Time.GetElapsedTime(_queue.Peek().Since);
        if (left <= TimeSpan.Zero)
            return false;
        if (_phase != Phase.Gathering)
            _timer.Change(left, Timeout.InfiniteTimeSpan);
        _phase = Phase.Gathering;
        return true;
    }

    // So that the first in the queue is one that waits.
    private void Drop()
    {
        while (_queue.TryPeek(out var first) && first.IsGone)
            _queue.Dequeue();
    }

    private bool Take()
    {
        lock (_gate)
        {
            if (_queue.Count == 0)
                _phase = Phase.Idle;
            if (_queue.Count == 0 || Gathers())
                return false;
            var rows = 0;
            while (_queue.TryPeek(out var next) && (rows == 0 || rows + next.Count <= _terms.BatchRows))
            {
                _queue.Dequeue();
                next.IsTaken = true;
                rows += next.Count;
                _batch.Add(next);
                Drop();
            }

            _waitingRows -= rows;
            return true;
        }
    }

    // Not within the lock: by one thread at a time, which has the batch for itself.
    private void Predict()
    {
        DeviceFailedException? failed = null;
        try
        {
            if (_batch is [var alone])
                Predict(alone.Rows);
            else
                PredictTogether();
            _failures = 0;
        }
        catch (Exception failure)
        {
            failed = new DeviceFailedException(failure);
            _terms.Failed(failure, ++_failures);
        }

        foreach (var waiting in _batch)
        {
            if (failed is null)
                waiting.Finish();
            else
                waiting.Fail(failed);
        }

        _batch.Clear();
    }

    private void Predict(RowBuffer rows)
    {
        for (var first = 0; first < rows.Count; first += _terms.BatchRows)
        {
            var count = Math.Min(_terms.BatchRows, rows.Count - first);
            Call(rows.Values.Slice(first * rows.Columns, count * rows.Columns), rows.Predictions.Slice(first * rows.Outputs, count * rows.Outputs));
        }
    }

    private void PredictTogether()
    {
        var (values, predictions) = (0, 0);
        foreach (var waiting in _batch)
        {
            waiting.Rows.Values.CopyTo(_values.AsSpan(values));
            values += waiting.Rows.Values.Length;
            predictions += waiting.Rows.Predictions.Length;
        }

        Call(_values.AsSpan(0, values), _predictions.AsSpan(0, predictions));
        predictions = 0;
        foreach (var waiting in _batch)
        {
            _predictions.AsSpan(predictions, waiting.Rows.Predictions.Length).CopyTo(waiting.Rows.Predictions);
            predictions += waiting.Rows.Predictions.Length;
        }
    }

    private void Call(ReadOnlySpan<float> rows, Span<float> predictions)
    {
        Interlocked.Increment(ref _calls);
        _model.Predict(rows, predictions);
    }
}
