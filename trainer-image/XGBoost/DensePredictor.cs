using System.Runtime.InteropServices;

namespace ModelOperator.XGBoost;

/// <summary>
/// Predicts rows in place, without a DMatrix: a booster and a fixed native buffer that callers fill.
/// Not thread-safe; keep one per concurrent caller. Uses one thread, since a row is too small to share; or a GPU, to which the library copies the rows.
/// </summary>
public sealed unsafe class DensePredictor : IDisposable
{
    private readonly Booster _booster;
    private readonly float* _buffer;
    private readonly byte[] _singleRow;
    private bool _disposed;

    /// <param name="model">Model bytes in UBJ or JSON.</param>
    /// <param name="columns">Columns per row; must be what the model was trained on.</param>
    /// <param name="capacity">The most rows per call.</param>
    /// <param name="outputs">Predictions per row: one, or one per class.</param>
    /// <param name="cuda">On the first GPU. Whether the library really does is <see cref="Device"/>'s to say.</param>
    /// <exception cref="XGBoostException">The bytes are no usable model.</exception>
    /// <exception cref="ArgumentException">The model has another number of columns.</exception>
    public DensePredictor(ReadOnlySpan<byte> model, int columns, int capacity, int outputs = 1, bool cuda = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _booster = Booster.Load(model);
        try
        {
            if (_booster.FeatureCount != columns)
                throw new ArgumentException($"the booster takes {_booster.FeatureCount} columns, not {columns}", nameof(columns));
            _booster.SetParameter("nthread", "1");
            if (cuda)
                _booster.SetParameter("device", "cuda");
        }
        catch
        {
            _booster.Dispose();
            throw;
        }

        Columns = columns;
        Capacity = capacity;
        Outputs = outputs;
        _buffer = (float*)NativeMemory.Alloc((nuint)columns * (nuint)capacity, sizeof(float));
        _singleRow = ArrayInterface.Dense((nint)_buffer, 1, columns);
    }

    ~DensePredictor() => Free();

    public int Columns { get; }

    /// <summary>Where the library predicts, see <see cref="Booster.Device"/>.</summary>
    public string Device => _booster.Device;

    /// <summary>The most rows per call.</summary>
    public int Capacity { get; }

    /// <summary>Predictions per row.</summary>
    public int Outputs { get; }

    /// <summary>Predicts <paramref name="rows"/> (row-major, NaN is missing) into <paramref name="predictions"/>, row by row.</summary>
    /// <exception cref="ArgumentException">More rows than the capacity, or sizes that do not fit.</exception>
    /// <exception cref="XGBoostException">The booster makes another number of predictions per row.</exception>
    public void Predict(ReadOnlySpan<float> rows, Span<float> predictions)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var count = predictions.Length / Outputs;
        if (count == 0 || count > Capacity || predictions.Length != count * Outputs || rows.Length != count * Columns)
            throw new ArgumentException($"{rows.Length} values for {count} rows of {Columns} columns, capacity {Capacity}", nameof(rows));
        rows.CopyTo(new Span<float>(_buffer, Capacity * Columns));
        ulong* shape;
        ulong dimensions;
        float* result;
        fixed (byte* values = count == 1 ? _singleRow : ArrayInterface.Dense((nint)_buffer, count, Columns))
        fixed (byte* config = "{\"type\":0,\"training\":false,\"iteration_begin\":0,\"iteration_end\":0,\"strict_shape\":false,\"missing\":NaN,\"cache_id\":0}\0"u8)
            XGBoostException.Check(NativeMethods.XGBoosterPredictFromDense(_booster.Handle, values, config, 0, &shape, &dimensions, &result));
        if ((dimensions == 1 ? 1 : shape[1]) != (ulong)Outputs)
            throw new XGBoostException($"the booster makes {(dimensions == 1 ? 1 : shape[1])} predictions per row, not {Outputs}");
        // The result lives in the library's thread-local memory until this thread's next call.
        new ReadOnlySpan<float>(result, predictions.Length).CopyTo(predictions);
        GC.KeepAlive(this);
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _booster.Dispose();
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_disposed)
            return;
        _disposed = true;
        NativeMemory.Free(_buffer);
    }
}
