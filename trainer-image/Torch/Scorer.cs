using System.Buffers;

namespace ModelOperator.Torch;

/// <summary>
/// A trained network in libtorch that only predicts: layers with a rectifier between them, without gradients, moments or rows to train on. Not thread-safe.
/// A row's last bits may hang on how many it is predicted with: libraries of matrix products choose their order of sums by the sizes.
/// </summary>
public sealed unsafe class Scorer : IDisposable
{
    private readonly ScorerHandle _handle;
    private readonly int _columns;
    private readonly int _outputs;

    /// <param name="layers">One or more, each of as many inputs as the one before has outputs.</param>
    /// <param name="cuda">On the first GPU, without TF32; on the CPU otherwise.</param>
    /// <param name="threads">The most threads of the CPU.</param>
    /// <exception cref="TorchException">libtorch refuses, for example for want of memory or of a GPU.</exception>
    /// <exception cref="DllNotFoundException">libtorch cannot be found.</exception>
    /// <exception cref="ArgumentException">A layer has another number of weights or biases than it says.</exception>
    public Scorer(IReadOnlyList<ScorerLayer> layers, bool cuda, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfZero(layers.Count, nameof(layers));
        (_columns, _outputs) = (layers[0].Inputs, layers[^1].Outputs);
        var pins = new List<MemoryHandle>();
        try
        {
            var native = new NativeLayer[layers.Count];
            foreach (var (index, layer) in layers.Index())
                native[index] = Native(layer, pins);
            nint scorer;
            fixed (NativeLayer* first = native)
                TorchException.Check(NativeMethods.CreateScorer(first, native.Length, cuda ? 1 : 0, threads, &scorer));
            _handle = new ScorerHandle(scorer);
        }
        finally
        {
            foreach (var pin in pins)
                pin.Dispose();
        }
    }

    /// <summary>Outputs of rows before any sigmoid or softmax.</summary>
    /// <param name="values">Row by row, as many as the first layer takes.</param>
    /// <param name="outputs">Row by row, as many as the last layer makes.</param>
    /// <exception cref="TorchException">libtorch or the GPU fails.</exception>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public void Forward(ReadOnlySpan<float> values, Span<float> outputs)
    {
        var rows = outputs.Length / _outputs;
        if (outputs.Length != rows * _outputs || values.Length != (long)rows * _columns)
            throw new ArgumentException($"{values.Length} values of {_columns} columns for {outputs.Length} outputs, {_outputs} a row", nameof(values));
        fixed (float* first = values, output = outputs)
            TorchException.Check(NativeMethods.ForwardScorer(_handle, first, rows, output));
    }

    public void Dispose() => _handle.Dispose();

    private static NativeLayer Native(ScorerLayer layer, List<MemoryHandle> pins)
    {
        if (layer.Weights.Length != (long)layer.Inputs * layer.Outputs || layer.Biases.Length != layer.Outputs)
            throw new ArgumentException($"{layer.Weights.Length} weights and {layer.Biases.Length} biases for {layer.Inputs} inputs and {layer.Outputs} outputs", nameof(layer));
        var (weights, biases) = (layer.Weights.Pin(), layer.Biases.Pin());
        pins.Add(weights);
        pins.Add(biases);
        return new NativeLayer { Inputs = layer.Inputs, Outputs = layer.Outputs, Half = layer.Half ? 1 : 0, Weights = (float*)weights.Pointer, Biases = (float*)biases.Pointer };
    }
}
