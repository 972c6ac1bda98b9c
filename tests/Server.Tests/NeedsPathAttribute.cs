using ModelOperator.XGBoost.Trees;

namespace ModelOperator.Server.Tests;

/// <summary>A test of one way to walk trees, skipped with its reason on a processor that does not have it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NeedsPathAttribute : FactAttribute
{
    public NeedsPathAttribute(TreePath path)
    {
        Path = path;
        if (!TreePaths.IsSupported(path))
            Skip = $"this processor cannot walk trees by {path}";
    }

    public TreePath Path { get; }
}
