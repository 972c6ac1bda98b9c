using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ModelOperator.ModelFormat;

/// <summary>
/// Tiles of a <see cref="DenseLayer"/> for processors with AVX-512: a block of 32 outputs of eight or four rows, a sum to a lane. Sixteen vectors under way hide how long
/// an addition takes, and what is read of the weights is used for all rows. Each sum has its products in the order of the inputs and rounded before they
/// are added, so the bits are those of any other width. Compiled in full at once: no image holds code of this width.
/// </summary>
internal static class WideTiles
{
    /// <summary>Outputs of a tile.</summary>
    internal const int Block = 2 * Lanes;

    /// <summary>Rows of the larger tile.</summary>
    internal const int Rows = 8;

    private const int Lanes = 16;

    /// <summary>Whether this processor has them, at a speed that is worth it.</summary>
    internal static bool IsSupported => Vector512.IsHardwareAccelerated;

    /// <summary>Sums of eight rows.</summary>
    /// <param name="values">Row behind row.</param>
    /// <param name="stride">From one row's values to the next's.</param>
    /// <param name="weights">Of the block: 32 for each input.</param>
    /// <param name="biases">Of the block.</param>
    /// <param name="outputs">From the block's place in the first row.</param>
    /// <param name="width">From one row's outputs to the next's.</param>
    /// <param name="rectified">Whether sums below zero become zero.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void EightRows(ReadOnlySpan<float> values, int stride, ReadOnlySpan<float> weights, ReadOnlySpan<float> biases, Span<float> outputs, int width, bool rectified)
    {
        var inputs = weights.Length / Block;
        ref var weight = ref MemoryMarshal.GetReference(weights);
        ref var upper = ref MemoryMarshal.GetReference(values[..((7 * stride) + inputs)]);
        ref var lower = ref Unsafe.Add(ref upper, 4 * stride);
        var (second, third, fourth) = ((nuint)stride, (nuint)(2 * stride), (nuint)(3 * stride));
        var (a0, b0) = (Vector512.Create(biases[..Lanes]), Vector512.Create(biases[Lanes..Block]));
        var (a1, a2, a3, a4, a5, a6, a7) = (a0, a0, a0, a0, a0, a0, a0);
        var (b1, b2, b3, b4, b5, b6, b7) = (b0, b0, b0, b0, b0, b0, b0);
        nuint at = 0;
        for (nuint i = 0; i < (nuint)inputs; i++)
        {
            var (left, right) = (Vector512.LoadUnsafe(ref weight, at), Vector512.LoadUnsafe(ref weight, at + Lanes));
            ref var row0 = ref Unsafe.Add(ref upper, i);
            ref var row4 = ref Unsafe.Add(ref lower, i);
            var x = Vector512.Create(row0);
            a0 += x * left;
            b0 += x * right;
            x = Vector512.Create(Unsafe.Add(ref row0, second));
            a1 += x * left;
            b1 += x * right;
            x = Vector512.Create(Unsafe.Add(ref row0, third));
            a2 += x * left;
            b2 += x * right;
            x = Vector512.Create(Unsafe.Add(ref row0, fourth));
            a3 += x * left;
            b3 += x * right;
            x = Vector512.Create(row4);
            a4 += x * left;
            b4 += x * right;
            x = Vector512.Create(Unsafe.Add(ref row4, second));
            a5 += x * left;
            b5 += x * right;
            x = Vector512.Create(Unsafe.Add(ref row4, third));
            a6 += x * left;
            b6 += x * right;
            x = Vector512.Create(Unsafe.Add(ref row4, fourth));
            a7 += x * left;
            b7 += x * right;
            at += Block;
        }

        Store(a0, b0, rectified, outputs);
        Store(a1, b1, rectified, outputs[width..]);
        Store(a2, b2, rectified, outputs[(2 * width)..]);
        Store(a3, b3, rectified, outputs[(3 * width)..]);
        Store(a4, b4, rectified, outputs[(4 * width)..]);
        Store(a5, b5, rectified, outputs[(5 * width)..]);
        Store(a6, b6, rectified, outputs[(6 * width)..]);
        Store(a7, b7, rectified, outputs[(7 * width)..]);
    }

    /// <summary>Sums of four rows; what is given is that of <see cref="EightRows"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void FourRows(ReadOnlySpan<float> values, int stride, ReadOnlySpan<float> weights, ReadOnlySpan<float> biases, Span<float> outputs, int width, bool rectified)
    {
        var inputs = weights.Length / Block;
        ref var weight = ref MemoryMarshal.GetReference(weights);
        ref var first = ref MemoryMarshal.GetReference(values[..((3 * stride) + inputs)]);
        var (second, third, fourth) = ((nuint)stride, (nuint)(2 * stride), (nuint)(3 * stride));
        var (a0, b0) = (Vector512.Create(biases[..Lanes]), Vector512.Create(biases[Lanes..Block]));
        var (a1, a2, a3, b1, b2, b3) = (a0, a0, a0, b0, b0, b0);
        nuint at = 0;
        for (nuint i = 0; i < (nuint)inputs; i++)
        {
            var (left, right) = (Vector512.LoadUnsafe(ref weight, at), Vector512.LoadUnsafe(ref weight, at + Lanes));
            ref var row0 = ref Unsafe.Add(ref first, i);
            var x = Vector512.Create(row0);
            a0 += x * left;
            b0 += x * right;
            x = Vector512.Create(Unsafe.Add(ref row0, second));
            a1 += x * left;
            b1 += x * right;
            x = Vector512.Create(Unsafe.Add(ref row0, third));
            a2 += x * left;
            b2 += x * right;
            x = Vector512.Create(Unsafe.Add(ref row0, fourth));
            a3 += x * left;
            b3 += x * right;
            at += Block;
        }

        Store(a0, b0, rectified, outputs);
        Store(a1, b1, rectified, outputs[width..]);
        Store(a2, b2, rectified, outputs[(2 * width)..]);
        Store(a3, b3, rectified, outputs[(3 * width)..]);
    }

    /// <summary>Sums of one row, of two blocks so that four are under way; what is given is that of <see cref="EightRows"/>, the weights those of one block and then the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void OneRow(ReadOnlySpan<float> values, ReadOnlySpan<float> weights, ReadOnlySpan<float> biases, Span<float> outputs, bool rectified)
    {
        var inputs = weights.Length / (2 * Block);
        ref var upper = ref MemoryMarshal.GetReference(weights);
        ref var lower = ref Unsafe.Add(ref upper, inputs * Block);
        var (a, b) = (Vector512.Create(biases[..Lanes]), Vector512.Create(biases[Lanes..Block]));
        var (c, d) = (Vector512.Create(biases[Block..(Block + Lanes)]), Vector512.Create(biases[(Block + Lanes)..(2 * Block)]));
        nuint at = 0;
        foreach (var value in values[..inputs])
        {
            var x = Vector512.Create(value);
            a += x * Vector512.LoadUnsafe(ref upper, at);
            b += x * Vector512.LoadUnsafe(ref upper, at + Lanes);
            c += x * Vector512.LoadUnsafe(ref lower, at);
            d += x * Vector512.LoadUnsafe(ref lower, at + Lanes);
            at += Block;
        }

        Store(a, b, rectified, outputs);
        Store(c, d, rectified, outputs[Block..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<float> left, Vector512<float> right, bool rectified, Span<float> outputs)
    {
        (rectified ? Vector512.Max(left, Vector512<float>.Zero) : left).CopyTo(outputs);
        (rectified ? Vector512.Max(right, Vector512<float>.Zero) : right).CopyTo(outputs[Lanes..]);
    }
}
