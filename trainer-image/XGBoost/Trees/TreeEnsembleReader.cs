using System.Globalization;
using Members = System.Collections.Generic.Dictionary<string, object?>;

namespace ModelOperator.XGBoost.Trees;

/// <summary>Turns a model's UBJ document, as libxgboost 1.6 and later write it, into flat trees.</summary>
internal static class TreeEnsembleReader
{
    /// <inheritdoc cref="TreeEnsemble.Read"/>
    internal static TreeEnsemble Read(ReadOnlySpan<byte> model, int columns)
    {
        if ((2 * columns) + 1 > TreeNode.Most)
            throw new NotSupportedException($"{columns} columns");
        var learner = Member<Members>(UbjReader.Read(model), "learner");
        var booster = Member<Members>(learner, "gradient_booster");
        Require(Member<string>(booster, "name"), "gbtree", "booster");
        var parameters = Member<Members>(learner, "learner_model_param");
        Require(Optional(parameters, "num_class"), "0", "number of classes");
        Require(Optional(parameters, "num_target") is null or "0" ? "1" : Optional(parameters, "num_target"), "1", "number of targets");
        var output = Output(Member<string>(Member<Members>(learner, "objective"), "name"));
        var trees = Member<object?[]>(Member<Members>(booster, "model"), "trees");
        return Build(columns, trees, BaseMargin(Member<string>(parameters, "base_score"), output), output);
    }

    private static TreeEnsemble Build(int columns, object?[] trees, float baseMargin, TreeOutput output)
    {
        var nodes = new List<TreeNode>();
        var roots = new List<int>();
        var depths = new int[(trees.Length + TreeEnsemble.Side - 1) / TreeEnsemble.Side];
        foreach (var (index, tree) in trees.Index())
        {
            roots.Add(nodes.Count);
            var depth = new TreeFlattener(tree, index, columns).AppendTo(nodes);
            depths[index / TreeEnsemble.Side] = Math.Max(depths[index / TreeEnsemble.Side], depth);
        }

        // Trees of one leaf fill up the last eight. Adding minus zero changes no sum, not even one of minus zero.
        for (; roots.Count < depths.Length * TreeEnsemble.Side; nodes.Add(TreeFlattener.Leaf(-0f, columns)))
            roots.Add(nodes.Count);
        var pinned = GC.AllocateUninitializedArray<TreeNode>(nodes.Count, pinned: true);
        nodes.CopyTo(pinned);
        return new TreeEnsemble(columns, pinned, [.. roots], depths, baseMargin, output);
    }

    private static TreeOutput Output(string objective) => objective switch
    {
        "reg:squarederror" => TreeOutput.Sum,
        "binary:logistic" or "reg:logistic" => TreeOutput.Probability,
        _ => throw new NotSupportedException($"objective {objective}"),
    };

    // The file holds it on the scale of predictions; since 3.1 as a vector, which has one element for one target.
    private static float BaseMargin(string text, TreeOutput output)
    {
        if (!float.TryParse(text.TrimStart('[').TrimEnd(']'), NumberStyles.Float, CultureInfo.InvariantCulture, out var score) || !float.IsFinite(score))
            throw new NotSupportedException($"base_score {text}");
        return output == TreeOutput.Sum ? score : -MathF.Log((1 / score) - 1);
    }

    internal static T Member<T>(object? parent, string name) => parent is Members members && members.GetValueOrDefault(name) is T value
        ? value
        : throw new FormatException($"the model has no usable '{name}'");

    internal static void Require(string? actual, string expected, string what)
    {
        if (actual != expected)
            throw new NotSupportedException($"{what} is {actual ?? "not given"}, expected {expected}");
    }

    private static string? Optional(Members parent, string name) => parent.GetValueOrDefault(name) as string;
}
