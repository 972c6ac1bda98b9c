using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using ModelOperator.XGBoost;

namespace ModelOperator.Server.Models;

/// <summary>One booster per processor that may be used: predictions run side by side without sharing native state. Callers wait their turn.</summary>
internal sealed class PredictorPool : IRowPredictor
{
    private const int ChunkRows = 1024;

    private readonly int _columns;
    private readonly ConcurrentStack<DensePredictor> _idle = [];
    private readonly SemaphoreSlim _turns;

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The pool disposes its predictors.")]
    internal PredictorPool(ReadOnlyMemory<byte> model, int columns, int outputs, int size)
    {
        _columns = columns;
        _turns = new SemaphoreSlim(size);
        for (var i = 0; i < size; i++)
            _idle.Push(new DensePredictor(model.Span, columns, ChunkRows, outputs));
    }

    public string Name => "libxgboost";

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The predictor goes back to the pool, which disposes it.")]
    public async ValueTask PredictAsync(Rows.RowBuffer rows, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken);
        if (!_idle.TryPop(out var predictor))
            throw new UnreachableException("there are as many turns as predictors");
        try
        {
            Predict(predictor, rows);
        }
        finally
        {
            _idle.Push(predictor);
            _turns.Release();
        }
    }

    public void Dispose()
    {
        while (_idle.TryPop(out var predictor))
            predictor.Dispose();
        _turns.Dispose();
    }

    private void Predict(DensePredictor predictor, Rows.RowBuffer rows)
    {
        for (var start = 0; start < rows.Count; start += ChunkRows)
        {
            var count = Math.Min(ChunkRows, rows.Count - start);
            predictor.Predict(rows.Values.Slice(start * _columns, count * _columns), rows.Predictions.Slice(start * rows.Outputs, count * rows.Outputs));
        }
    }
}
