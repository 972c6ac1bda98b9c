using System.Buffers;

namespace ModelOperator.Server.Rows;

/// <summary>Encoded rows of one request and their predictions, in pooled memory.</summary>
internal sealed class RowBuffer(int columns, int outputs) : IDisposable
{
    private float[] _values = ArrayPool<float>.Shared.Rent(columns + outputs);
    private float[] _predictions = [];

    internal int Count { get; private set; }

    internal int Columns => columns;

    internal ReadOnlySpan<float> Values => _values.AsSpan(0, Count * columns);

    /// <summary>Predictions per row.</summary>
    internal int Outputs => outputs;

    /// <summary>Those of each row that is there now, row by row; what they hold is the predictor's.</summary>
    internal Span<float> Predictions
    {
        get
        {
            // Those of a single row stand behind it.
            if (Count == 1)
                return _values.AsSpan(columns, outputs);
            if (_predictions.Length < Count * outputs)
                _predictions = ArrayPool<float>.Shared.Rent(Count * outputs);
            return _predictions.AsSpan(0, Count * outputs);
        }
    }

    /// <summary>Room for one more row, filled with NaN.</summary>
    internal Span<float> Add()
    {
        var start = Count * columns;
        if (start + columns > _values.Length)
        {
            var larger = ArrayPool<float>.Shared.Rent(Math.Max(start + columns, _values.Length * 2));
            _values.AsSpan(0, start).CopyTo(larger);
            ArrayPool<float>.Shared.Return(_values);
            _values = larger;
        }

        Count++;
        var row = _values.AsSpan(start, columns);
        row.Fill(float.NaN);
        return row;
    }

    /// <summary>Forgets all rows.</summary>
    internal void Clear() => Count = 0;

    public void Dispose()
    {
        ArrayPool<float>.Shared.Return(_values);
        if (_predictions.Length > 0)
            ArrayPool<float>.Shared.Return(_predictions);
        (_values, _predictions) = ([], []);
    }
}
