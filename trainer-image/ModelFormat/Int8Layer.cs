using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ModelOperator.ModelFormat;

/// <summary>
/// A layer of 8 bits behind a rectifier. Each row's values, none of them negative, are rounded to codes of 0 to 127 by a scale of its own, max / 127 (dynamic
/// quantisation; 7 bits, as FBGEMM has it on processors whose sums of two products saturate at 16 bits). Sums of codes are whole numbers and exact, so their order
/// does not matter; an output is its sum times both scales, plus the bias.
/// </summary>
internal sealed class Int8Layer : ILayerSums
{
    /// <summary>So many inputs' products fit into sums of 32 bits, whatever the codes.</summary>
    internal const int MostInputs = int.MaxValue / (MostCode * 128);

    private const int Lanes = 8;
    private const int Block = 4 * Lanes;
    private const int Group = 4;
    private const int MostCode = 127;

    // As many as the layer before puts out.
    private readonly int _inputs;
    private readonly bool _rectified;

    // Blocks of outputs, within them four inputs by four inputs, a code for each of these per output; what is beyond the last of both is zero.
    private readonly sbyte[] _codes;
    private readonly float[] _scales;
    private readonly float[] _biases;

    internal Int8Layer(NetworkLayer layer, Int8Weights weights, bool rectified)
    {
        _rectified = rectified;
        _inputs = RoundUp(layer.Inputs);
        Width = RoundUp(layer.Outputs);
        _codes = new sbyte[Width * _inputs];
        _scales = new float[Width];
        _biases = new float[Width];
        layer.Biases.Span.CopyTo(_biases);
        weights.Scales.Span.CopyTo(_scales);
        var codes = weights.Codes.Span;
        for (var output = 0; output < layer.Outputs; output++)
        {
            for (var input = 0; input < layer.Inputs; input++)
            {
                var group = ((output / Block) * (_inputs / Group)) + (input / Group);
                _codes[(((group * Block) + (output % Block)) * Group) + (input % Group)] = codes[(output * layer.Inputs) + input];
            }
        }
    }

    /// <inheritdoc/>
    public int Width { get; }

    /// <inheritdoc/>
    public long HeldBytes => _codes.Length + (sizeof(float) * ((long)_scales.Length + _biases.Length));

    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<float> values, int stride, Span<float> outputs, int rows)
    {
        var rented = ArrayPool<byte>.Shared.Rent(4 * _inputs);
        var codes = rented.AsSpan(0, 4 * _inputs);
        Span<float> scales = stackalloc float[4];
        var row = 0;
        for (; row + 4 <= rows; row += 4)
        {
            for (var i = 0; i < 4; i++)
                scales[i] = Round(values.Slice((row + i) * stride, _inputs), codes[(i * _inputs)..]);
            for (var first = 0; first < Width; first += 2 * Lanes)
                FourRows(codes, scales, outputs[((row * Width) + first)..], first);
        }

        for (; row < rows; row++)
        {
            var scale = Round(values.Slice(row * stride, _inputs), codes);
            for (var first = 0; first < Width; first += Block)
                OneRow(codes, scale, outputs[((row * Width) + first)..], first);
        }

        ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>Rounds a row's values.</summary>
    /// <param name="values">A multiple of 32, none negative.</param>
    /// <param name="codes">As many.</param>
    /// <returns>What a code is worth.</returns>
    internal static float Round(ReadOnlySpan<float> values, Span<byte> codes)
    {
        ref var first = ref MemoryMarshal.GetReference(values);
        ref var codesAt = ref MemoryMarshal.GetReference(codes[..values.Length]);
        var most = Vector256<float>.Zero;
        for (nuint at = 0; at < (nuint)values.Length; at += Lanes)
            most = Vector256.Max(most, Vector256.LoadUnsafe(ref first, at));
        float largest = 0;
        for (var lane = 0; lane < Lanes; lane++)
            largest = MathF.Max(largest, most[lane]);
        largest = MathF.Min(largest, float.MaxValue);
        var factor = Vector256.Create(largest > 0 ? MathF.Min(MostCode / largest, float.MaxValue) : 0);
        for (nuint at = 0; at < (nuint)values.Length; at += Block)
        {
            var low = Vector256.Narrow(Code(ref first, at, factor), Code(ref first, at + Lanes, factor));
            var high = Vector256.Narrow(Code(ref first, at + (2 * Lanes), factor), Code(ref first, at + (3 * Lanes), factor));
            Vector256.Narrow(low, high).AsByte().StoreUnsafe(ref codesAt, at);
        }

        return largest / MostCode;
    }

    // Half a code more, cut off: the same on every processor.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Code(ref float values, nuint at, Vector256<float> factor) => Vector256.ConvertToInt32(
        Vector256.Min((Vector256.LoadUnsafe(ref values, at) * factor) + Vector256.Create(0.5f), Vector256.Create(MostCode + 0.5f)));

    private void OneRow(ReadOnlySpan<byte> codes, float scale, Span<float> outputs, int first)
    {
        ref var weights = ref MemoryMarshal.GetArrayDataReference(_codes);
        Vector256<int> a = default, b = default, c = default, d = default;
        var at = (nuint)(first * _inputs);
        foreach (var four in MemoryMarshal.Cast<byte, int>(codes[.._inputs]))
        {
            var values = Vector256.Create(four).AsByte();
            a = CodeSums.Add(a, values, Vector256.LoadUnsafe(ref weights, at));
            b = CodeSums.Add(b, values, Vector256.LoadUnsafe(ref weights, at + Block));
            c = CodeSums.Add(c, values, Vector256.LoadUnsafe(ref weights, at + (2 * Block)));
            d = CodeSums.Add(d, values, Vector256.LoadUnsafe(ref weights, at + (3 * Block)));
            at += 4 * Block;
        }

        Store(a, scale, first, outputs);
        Store(b, scale, first + Lanes, outputs[Lanes..]);
        Store(c, scale, first + (2 * Lanes), outputs[(2 * Lanes)..]);
        Store(d, scale, first + (3 * Lanes), outputs[(3 * Lanes)..]);
    }

    // Half a block of outputs of four rows, so that what is read of the weights is used four times.
    private void FourRows(ReadOnlySpan<byte> codes, ReadOnlySpan<float> scales, Span<float> outputs, int first)
    {
        ref var weights = ref MemoryMarshal.GetArrayDataReference(_codes);
        Vector256<int> a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
        var row0 = MemoryMarshal.Cast<byte, int>(codes[.._inputs]);
        var row1 = MemoryMarshal.Cast<byte, int>(codes.Slice(_inputs, _inputs));
        var row2 = MemoryMarshal.Cast<byte, int>(codes.Slice(2 * _inputs, _inputs));
        var row3 = MemoryMarshal.Cast<byte, int>(codes.Slice(3 * _inputs, _inputs));
        var at = (nuint)((first / Block * Block * _inputs) + (first % Block * Group));
        for (var i = 0; i < row0.Length; i++)
        {
            var left = Vector256.LoadUnsafe(ref weights, at);
            var right = Vector256.LoadUnsafe(ref weights, at + Block);
            var (x0, x1, x2, x3) = (Vector256.Create(row0[i]).AsByte(), Vector256.Create(row1[i]).AsByte(), Vector256.Create(row2[i]).AsByte(), Vector256.Create(row3[i]).AsByte());
            a0 = CodeSums.Add(a0, x0, left);
            b0 = CodeSums.Add(b0, x0, right);
            a1 = CodeSums.Add(a1, x1, left);
            b1 = CodeSums.Add(b1, x1, right);
            a2 = CodeSums.Add(a2, x2, left);
            b2 = CodeSums.Add(b2, x2, right);
            a3 = CodeSums.Add(a3, x3, left);
            b3 = CodeSums.Add(b3, x3, right);
            at += 4 * Block;
        }

        Store(a0, scales[0], first, outputs);
        Store(b0, scales[0], first + Lanes, outputs[Lanes..]);
        Store(a1, scales[1], first, outputs[Width..]);
        Store(b1, scales[1], first + Lanes, outputs[(Width + Lanes)..]);
        Store(a2, scales[2], first, outputs[(2 * Width)..]);
        Store(b2, scales[2], first + Lanes, outputs[((2 * Width) + Lanes)..]);
        Store(a3, scales[3], first, outputs[(3 * Width)..]);
        Store(b3, scales[3], first + Lanes, outputs[((3 * Width) + Lanes)..]);
    }

    private void Store(Vector256<int> sums, float scale, int first, Span<float> outputs)
    {
        var scales = Vector256.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(_scales), (nuint)first) * scale;
        var values = (Vector256.ConvertToSingle(sums) * scales) + Vector256.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(_biases), (nuint)first);
        (_rectified ? Vector256.Max(values, Vector256<float>.Zero) : values).CopyTo(outputs);
    }

    private static int RoundUp(int count) => (count + Block - 1) / Block * Block;
}
