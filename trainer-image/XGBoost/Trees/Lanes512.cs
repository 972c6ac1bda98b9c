using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelOperator.XGBoost.Trees;

/// <summary>64 rows in a vector of AVX-512.</summary>
internal readonly unsafe struct Lanes512 : ILanes<Vector512<byte>>
{
    internal const int RowCount = 64;

    private const int Quarter = 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> All(byte number) => Vector512.Create(number);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Plus(Vector512<byte> left, Vector512<byte> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Choose(CompleteNode* node, sbyte* ranks, Vector512<byte> left, Vector512<byte> right) =>
        Vector512.ConditionalSelect(Vector512.LessThan(Vector512.Load(ranks + node->Offset), Vector512.Create(node->Thresholds).AsSByte()).AsByte(), left, right);

    /// <inheritdoc/>
    /// <remarks>32 leaves fit into two registers, of which one instruction picks 16 by their numbers.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddLeaves(Vector512<byte> numbers, float* leaves, int count, float* sums)
    {
        var a = Avx512F.ConvertToVector512Int32(numbers.GetLower().GetLower());
        var b = Avx512F.ConvertToVector512Int32(numbers.GetLower().GetUpper());
        var c = Avx512F.ConvertToVector512Int32(numbers.GetUpper().GetLower());
        var d = Avx512F.ConvertToVector512Int32(numbers.GetUpper().GetUpper());
        var (low, high) = (Vector512.Load(leaves), Vector512.Load(leaves + Quarter));
        var leafA = Avx512F.PermuteVar16x32x2(low, a, high);
        var leafB = Avx512F.PermuteVar16x32x2(low, b, high);
        var leafC = Avx512F.PermuteVar16x32x2(low, c, high);
        var leafD = Avx512F.PermuteVar16x32x2(low, d, high);
        for (var from = 2 * Quarter; from < count; from += 2 * Quarter)
        {
            (low, high) = (Vector512.Load(leaves + from), Vector512.Load(leaves + from + Quarter));
            var least = Vector512.Create(from);
            leafA = Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(a, least).AsSingle(), Avx512F.PermuteVar16x32x2(low, a, high), leafA);
            leafB = Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(b, least).AsSingle(), Avx512F.PermuteVar16x32x2(low, b, high), leafB);
            leafC = Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(c, least).AsSingle(), Avx512F.PermuteVar16x32x2(low, c, high), leafC);
            leafD = Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(d, least).AsSingle(), Avx512F.PermuteVar16x32x2(low, d, high), leafD);
        }

        (Vector512.Load(sums) + leafA).Store(sums);
        (Vector512.Load(sums + Quarter) + leafB).Store(sums + Quarter);
        (Vector512.Load(sums + (2 * Quarter)) + leafC).Store(sums + (2 * Quarter));
        (Vector512.Load(sums + (3 * Quarter)) + leafD).Store(sums + (3 * Quarter));
    }
}
