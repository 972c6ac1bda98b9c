using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelOperator.ModelFormat;

/// <summary>Sums of products of four codes each: by one instruction where the processor has it (AVX-VNNI), by three with AVX2, else without any of its own. All give the same.</summary>
internal static class CodeSums
{
    /// <summary>To each of eight sums, four products.</summary>
    /// <param name="sums">The sums so far.</param>
    /// <param name="values">Codes from 0 to 127: sums of two products then stay within 16 bits.</param>
    /// <param name="weights">Codes from -128 to 127.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<int> Add(Vector256<int> sums, Vector256<byte> values, Vector256<sbyte> weights)
    {
        if (AvxVnni.IsSupported)
            return AvxVnni.MultiplyWideningAndAdd(sums, values, weights);
        return Avx2.IsSupported ? ByPairs(sums, values, weights) : Portable(sums, values, weights);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<int> ByPairs(Vector256<int> sums, Vector256<byte> values, Vector256<sbyte> weights) =>
        sums + Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(values, weights), Vector256<short>.One);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<int> Portable(Vector256<int> sums, Vector256<byte> values, Vector256<sbyte> weights)
    {
        var (v, w) = (values.AsInt32(), weights.AsInt32());
        return sums + (((v << 24) >> 24) * ((w << 24) >> 24)) + (((v << 16) >> 24) * ((w << 16) >> 24)) + (((v << 8) >> 24) * ((w << 8) >> 24)) + ((v >> 24) * (w >> 24));
    }
}
