namespace ModelOperator.Torch;

/// <summary>A network in libtorch, with the rows that it learns from and AdamW's state. Not thread-safe.</summary>
public sealed unsafe class Network : IDisposable
{
    private readonly NetworkHandle _handle;
    private readonly NetworkOptions _options;

    /// <exception cref="TorchException">libtorch refuses, for example for want of memory.</exception>
    /// <exception cref="DllNotFoundException">libtorch cannot be found.</exception>
    public Network(NetworkOptions options)
    {
        _options = options;
        nint network;
        fixed (int* widths = options.Hidden.ToArray())
        {
            var native = new NativeOptions
            {
                Columns = options.Columns,
                Outputs = options.Outputs,
                Layers = options.Hidden.Count,
                Widths = widths,
                BatchNorm = options.BatchNorm ? 1 : 0,
                Loss = (int)options.Loss,
                Precision = (int)options.Precision,
                Cuda = options.Cuda ? 1 : 0,
                Threads = options.Threads,
                Dropout = options.Dropout,
                WeightDecay = options.WeightDecay,
            };
            TorchException.Check(NativeMethods.Create(&native, &network));
        }

        _handle = new NetworkHandle(network);
    }

    /// <summary>Numbers in the state, see <see cref="GetState"/>.</summary>
    public long StateLength => NativeMethods.StateLength(_handle);

    /// <summary>Copies the rows to learn from to where the network is.</summary>
    /// <param name="values">Row by row.</param>
    /// <param name="targets">Numbers, or positions of classes.</param>
    public void SetRows(ReadOnlySpan<float> values, ReadOnlySpan<float> targets)
    {
        Require((long)targets.Length * _options.Columns, values.Length);
        fixed (float* first = values, target = targets)
            TorchException.Check(NativeMethods.SetRows(_handle, first, target, targets.Length));
    }

    /// <summary>Adds the gradient of weight times the mean loss of some rows.</summary>
    /// <param name="rows">Their positions.</param>
    /// <param name="weight">Their share of the update.</param>
    /// <param name="seed">Equal seeds drop the same units out.</param>
    /// <returns>The mean loss.</returns>
    public double Backward(ReadOnlySpan<int> rows, double weight, ulong seed)
    {
        double loss;
        fixed (int* first = rows)
            TorchException.Check(NativeMethods.Backward(_handle, first, rows.Length, weight, seed, &loss));
        return loss;
    }

    /// <summary>A step of AdamW by the gradients since the last one.</summary>
    /// <returns>False where 16-bit floats overflowed, so that only the loss's scale changed.</returns>
    public bool Update(double learningRate)
    {
        int taken;
        TorchException.Check(NativeMethods.Update(_handle, learningRate, &taken));
        return taken != 0;
    }

    /// <summary>Outputs of rows before any sigmoid or softmax, in 32 bits and without dropout.</summary>
    public void Forward(ReadOnlySpan<float> values, Span<float> outputs)
    {
        var rows = outputs.Length / _options.Outputs;
        Require((long)rows * _options.Columns, values.Length);
        fixed (float* first = values, output = outputs)
            TorchException.Check(NativeMethods.Forward(_handle, first, rows, output));
    }

    /// <summary>
    /// Weights, of each layer out x in, then its biases, then of a hidden one with batch normalisation gamma and beta; both moments of AdamW in this
    /// order; then of each hidden layer with batch normalisation the running mean and variance.
    /// </summary>
    public NetworkCounters GetState(Span<float> state)
    {
        NetworkCounters counters;
        fixed (float* first = state)
            TorchException.Check(NativeMethods.GetState(_handle, first, state.Length, &counters));
        return counters;
    }

    /// <summary>Takes a state back.</summary>
    public void SetState(ReadOnlySpan<float> state, NetworkCounters counters)
    {
        fixed (float* first = state)
            TorchException.Check(NativeMethods.SetState(_handle, first, state.Length, &counters));
    }

    public void Dispose() => _handle.Dispose();

    private static void Require(long expected, long found)
    {
        if (expected != found)
            throw new ArgumentException($"{found} values where {expected} are needed");
    }
}
