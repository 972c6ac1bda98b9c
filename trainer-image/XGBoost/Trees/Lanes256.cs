using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelOperator.XGBoost.Trees;

/// <summary>32 rows in a vector of AVX2.</summary>
internal readonly unsafe struct Lanes256 : ILanes<Vector256<byte>>
{
    internal const int RowCount = 32;

    private const int Quarter = 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> All(byte number) => Vector256.Create(number);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Plus(Vector256<byte> left, Vector256<byte> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Choose(CompleteNode* node, sbyte* ranks, Vector256<byte> left, Vector256<byte> right) => Avx2.BlendVariable(
        right, left, Vector256.LessThan(Vector256.Load(ranks + node->Offset), Vector256.Create(node->Thresholds).AsSByte()).AsByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddLeaves(Vector256<byte> numbers, float* leaves, int count, float* sums)
    {
        var (low, high) = (numbers.GetLower(), numbers.GetUpper());
        Add(low, leaves, sums);
        Add(Sse2.ShiftRightLogical128BitLane(low, Quarter), leaves, sums + Quarter);
        Add(high, leaves, sums + (2 * Quarter));
        Add(Sse2.ShiftRightLogical128BitLane(high, Quarter), leaves, sums + (3 * Quarter));
    }

    // Of the lower eight.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(Vector128<byte> numbers, float* leaves, float* sums) =>
        (Vector256.Load(sums) + Avx2.GatherVector256(leaves, Avx2.ConvertToVector256Int32(numbers), sizeof(float))).Store(sums);
}
