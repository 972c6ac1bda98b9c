using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ModelOperator.ModelFormat;

/// <summary>
/// A layer ready to be summed. Every output adds its products in the order of the inputs, in 32 bits, each product rounded before it is added: so a row
/// gives the same bits alone, among others and on any processor.
/// </summary>
internal sealed class DenseLayer : ILayerSums
{
    private const int Lanes = 8;
    private const int Block = 4 * Lanes;

    private readonly int _inputs;
    private readonly bool _rectified;
    private readonly bool _wide;

    // Blocks of outputs, within them input by input a number per output; what is beyond the last output is zero.
    private readonly float[] _weights;
    private readonly float[] _biases;

    internal DenseLayer(NetworkLayer layer, bool rectified)
        : this(layer, rectified, WideTiles.IsSupported)
    {
    }

    /// <param name="layer">The layer.</param>
    /// <param name="rectified">Whether outputs below zero become zero.</param>
    /// <param name="wide">By <see cref="WideTiles"/> where there are rows enough. The bits are the same.</param>
    internal DenseLayer(NetworkLayer layer, bool rectified, bool wide)
    {
        (_inputs, _rectified, _wide) = (layer.Inputs, rectified, wide);
        Width = (layer.Outputs + Block - 1) / Block * Block;
        _weights = new float[Width * _inputs];
        _biases = new float[Width];
        layer.Biases.Span.CopyTo(_biases);
        var weights = layer.Weights.Span;
        for (var output = 0; output < layer.Outputs; output++)
        {
            for (var input = 0; input < _inputs; input++)
                _weights[((((output / Block) * _inputs) + input) * Block) + (output % Block)] = weights[(output * _inputs) + input];
        }
    }

    /// <inheritdoc/>
    public int Width { get; }

    /// <inheritdoc/>
    public long HeldBytes => sizeof(float) * ((long)_weights.Length + _biases.Length);

    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<float> values, int stride, Span<float> outputs, int rows)
    {
        var row = _wide ? ApplyWide(values, stride, outputs, rows) : 0;
        for (; row + 4 <= rows; row += 4)
        {
            for (var first = 0; first < Width; first += 2 * Lanes)
                FourRows(values[(row * stride)..], stride, outputs[((row * Width) + first)..], first);
        }

        for (; row < rows; row++)
        {
            var first = 0;
            for (; _wide && first + (2 * Block) <= Width; first += 2 * Block)
                WideTiles.OneRow(values[(row * stride)..], _weights.AsSpan(first * _inputs, 2 * Block * _inputs), _biases.AsSpan(first, 2 * Block), outputs[((row * Width) + first)..], _rectified);
            for (; first < Width; first += Block)
                OneRow(values[(row * stride)..], outputs[((row * Width) + first)..], first);
        }
    }

    // All rows but the last three or fewer; their number.
    private int ApplyWide(ReadOnlySpan<float> values, int stride, Span<float> outputs, int rows)
    {
        var row = 0;
        while (row + 4 <= rows)
        {
            var eight = row + WideTiles.Rows <= rows;
            for (var first = 0; first < Width; first += Block)
            {
                var weights = _weights.AsSpan(first * _inputs, Block * _inputs);
                var from = values[(row * stride)..];
                var to = outputs[((row * Width) + first)..];
                if (eight)
                    WideTiles.EightRows(from, stride, weights, _biases.AsSpan(first, Block), to, Width, _rectified);
                else
                    WideTiles.FourRows(from, stride, weights, _biases.AsSpan(first, Block), to, Width, _rectified);
            }

            row += eight ? WideTiles.Rows : 4;
        }

        return row;
    }

    private void OneRow(ReadOnlySpan<float> row, Span<float> outputs, int first)
    {
        ref var weights = ref MemoryMarshal.GetArrayDataReference(_weights);
        ref var biases = ref MemoryMarshal.GetArrayDataReference(_biases);
        var (a, b) = (Vector256.LoadUnsafe(ref biases, (nuint)first), Vector256.LoadUnsafe(ref biases, (nuint)(first + Lanes)));
        var (c, d) = (Vector256.LoadUnsafe(ref biases, (nuint)(first + (2 * Lanes))), Vector256.LoadUnsafe(ref biases, (nuint)(first + (3 * Lanes))));
        var at = (nuint)(first * _inputs);
        foreach (var value in row[.._inputs])
        {
            var factor = Vector256.Create(value);
            a += factor * Vector256.LoadUnsafe(ref weights, at);
            b += factor * Vector256.LoadUnsafe(ref weights, at + Lanes);
            c += factor * Vector256.LoadUnsafe(ref weights, at + (2 * Lanes));
            d += factor * Vector256.LoadUnsafe(ref weights, at + (3 * Lanes));
            at += Block;
        }

        Store(a, outputs);
        Store(b, outputs[Lanes..]);
        Store(c, outputs[(2 * Lanes)..]);
        Store(d, outputs[(3 * Lanes)..]);
    }

    // Half a block of outputs of four rows, so that what is read of the weights is used four times.
    private void FourRows(ReadOnlySpan<float> values, int stride, Span<float> outputs, int first)
    {
        ref var weights = ref MemoryMarshal.GetArrayDataReference(_weights);
        ref var biases = ref MemoryMarshal.GetArrayDataReference(_biases);
        var (a0, b0) = (Vector256.LoadUnsafe(ref biases, (nuint)first), Vector256.LoadUnsafe(ref biases, (nuint)(first + Lanes)));
        var (a1, a2, a3, b1, b2, b3) = (a0, a0, a0, b0, b0, b0);
        var row0 = values[.._inputs];
        var row1 = values.Slice(stride, _inputs);
        var row2 = values.Slice(2 * stride, _inputs);
        var row3 = values.Slice(3 * stride, _inputs);
        var at = (nuint)((first / Block * Block * _inputs) + (first % Block));
        for (var i = 0; i < row0.Length; i++)
        {
            var left = Vector256.LoadUnsafe(ref weights, at);
            var right = Vector256.LoadUnsafe(ref weights, at + Lanes);
            var (x0, x1, x2, x3) = (Vector256.Create(row0[i]), Vector256.Create(row1[i]), Vector256.Create(row2[i]), Vector256.Create(row3[i]));
            a0 += x0 * left;
            b0 += x0 * right;
            a1 += x1 * left;
            b1 += x1 * right;
            a2 += x2 * left;
            b2 += x2 * right;
            a3 += x3 * left;
            b3 += x3 * right;
            at += Block;
        }

        Store(a0, outputs);
        Store(b0, outputs[Lanes..]);
        Store(a1, outputs[Width..]);
        Store(b1, outputs[(Width + Lanes)..]);
        Store(a2, outputs[(2 * Width)..]);
        Store(b2, outputs[((2 * Width) + Lanes)..]);
        Store(a3, outputs[(3 * Width)..]);
        Store(b3, outputs[((3 * Width) + Lanes)..]);
    }

    private void Store(Vector256<float> sums, Span<float> outputs) => (_rectified ? Vector256.Max(sums, Vector256<float>.Zero) : sums).CopyTo(outputs);
}
