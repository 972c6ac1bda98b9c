using System.Buffers;

namespace ModelOperator.Server.Rows;

/// <summary>Encoded rows of one request, in pooled memory.</summary>
internal sealed class RowBuffer(int columns) : IDisposable
{
    private float[] _values = ArrayPool<float>.Shared.Rent(columns);

    internal int Count { get; private set; }

    internal ReadOnlySpan<float> Values => _values.AsSpan(0, Count * columns);

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

    public void Dispose()
    {
        ArrayPool<float>.Shared.Return(_values);
        _values = [];
    }
}
