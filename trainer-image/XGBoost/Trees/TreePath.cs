using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelOperator.XGBoost.Trees;

/// <summary>How trees are walked.</summary>
internal enum TreePath
{
    /// <summary>Any trees, row by row, node by node.</summary>
    Sparse,

    /// <summary>Complete trees, row by row, node by node.</summary>
    Rows,

    /// <summary>Complete trees, 32 rows at once through all nodes. Needs AVX2.</summary>
    Vector256,

    /// <summary>Complete trees, 64 rows at once through all nodes. Needs AVX-512.</summary>
    Vector512,
}

/// <summary>Which of them this processor has, and which is fastest.</summary>
internal static class TreePaths
{
    /// <summary>The deepest trees whose leaves a byte can number.</summary>
    internal const int DeepestComplete = 8;

    // All nodes of a tree for 32 rows cost more than the few that each row passes, when there are too many of them.
    private const int DeepestVector256 = 6;

    internal static bool IsSupported(TreePath path) => path switch
    {
        TreePath.Vector512 => Vector512.IsHardwareAccelerated && Avx512BW.IsSupported,
        TreePath.Vector256 => Avx2.IsSupported,
        _ => true,
    };

    /// <summary>The fastest for complete trees of a depth.</summary>
    internal static TreePath Best(int depth) =>
        IsSupported(TreePath.Vector512) ? TreePath.Vector512 : IsSupported(TreePath.Vector256) && depth <= DeepestVector256 ? TreePath.Vector256 : TreePath.Rows;
}
