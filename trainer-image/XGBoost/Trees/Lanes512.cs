using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelOperator.XGBoost.Trees;

/// <summary>64 rows in a vector of AVX-512.</summary>
internal readonly unsafe struct Lanes512 : ILanes<Vector512<byte>>
{
    internal const int RowCount = 64;

    private const int Half = 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> All(byte number) => Vector512.Create(number);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Plus(Vector512<byte> left, Vector512<byte> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Choose(CompleteNode* node, sbyte* ranks, Vector512<byte> left, Vector512<byte> right) =>
        Vector512.ConditionalSelect(Vector512.LessThan(Vector512.Load(ranks + (node->Slot * (nint)RowCount)), Vector512.Create(node->Thresholds).AsSByte()).AsByte(), left, right);

    /// <inheritdoc/>
    /// <remarks>32 leaves fit into two registers, of which one instruction picks 16 by their numbers.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddLeaves(Vector512<byte> numbers, float* leaves, int count, float* sums)
    {
        Add(numbers.GetLower().GetLower(), leaves, count, sums);
        Add(numbers.GetLower().GetUpper(), leaves, count, sums + Half);
        Add(numbers.GetUpper().GetLower(), leaves, count, sums + (2 * Half));
        Add(numbers.GetUpper().GetUpper(), leaves, count, sums + (3 * Half));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(Vector128<byte> numbers, float* leaves, int count, float* sums)
    {
        var wide = Avx512F.ConvertToVector512Int32(numbers);
        var found = Avx512F.PermuteVar16x32x2(Vector512.Load(leaves), wide, Vector512.Load(leaves + Half));
        for (var from = 2 * Half; from < count; from += 2 * Half)
        {
            var next = Avx512F.PermuteVar16x32x2(Vector512.Load(leaves + from), wide, Vector512.Load(leaves + from + Half));
            found = Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(wide, Vector512.Create(from)).AsSingle(), next, found);
        }

        (Vector512.Load(sums) + found).Store(sums);
    }
}
