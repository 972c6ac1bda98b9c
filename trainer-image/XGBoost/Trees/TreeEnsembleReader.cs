using System.Globalization;
using Members = System.Collections.Generic.Dictionary<string, object?>;

namespace ModelOperator.XGBoost.Trees;

/// <summary>Turns a model's UBJ document, as libxgboost 1.6 and later write it, into flat trees.</summary>
internal static class TreeEnsembleReader
{
    private const int MostClasses = 1000;

    /// <inheritdoc cref="TreeEnsemble.Read"/>
    internal static TreeEnsemble Read(ReadOnlySpan<byte> model, int columns)
    {
        if ((2 * columns) + 1 > TreeNode.Most)
            throw new NotSupportedException($"{columns} columns");
        var learner = Member<Members>(UbjReader.Read(model), "learner");
        var booster = Member<Members>(learner, "gradient_booster");
        Require(Member<string>(booster, "name"), "gbtree", "booster");
        var parameters = Member<Members>(learner, "learner_model_param");
        Require(Optional(parameters, "num_target") is null or "0" ? "1" : Optional(parameters, "num_target"), "1", "number of targets");
        var output = Output(Member<string>(Member<Members>(learner, "objective"), "name"));
        var outputs = output == TreeOutput.ClassProbabilities ? Classes(parameters) : 1;
        if (outputs == 1)
            Require(Optional(parameters, "num_class"), "0", "number of classes");
        var forest = Member<Members>(booster, "model");
        var trees = Member<object?[]>(forest, "trees");
        var classes = Integers(forest, "tree_info");
        if (classes.Length != trees.Length || classes.Any(index => index < 0 || index >= outputs))
            throw new FormatException("the model's trees and their classes differ");
        return Build(columns, trees, classes, outputs, BaseMargin(Member<string>(parameters, "base_score"), output), output);
    }

    private static TreeEnsemble Build(int columns, object?[] trees, long[] classes, int outputs, float baseMargin, TreeOutput output)
    {
        var nodes = new List<TreeNode>();
        var roots = new List<int>();
        var depths = new List<int>();
        var classesOfDepths = new List<int>();
        for (var index = 0; index < outputs; index++)
        {
            foreach (var eight in Enumerable.Range(0, trees.Length).Where(tree => classes[tree] == index).Chunk(TreeEnsemble.Side))
            {
                depths.Add(AppendEight(trees, eight, columns, nodes, roots));
                classesOfDepths.Add(index);
            }
        }

        var pinned = GC.AllocateUninitializedArray<TreeNode>(nodes.Count, pinned: true);
        nodes.CopyTo(pinned);
        return new TreeEnsemble(columns, pinned, [.. roots], [.. depths], [.. classesOfDepths], outputs, baseMargin, output);
    }

    /// <returns>The depth of the deepest.</returns>
    private static int AppendEight(object?[] trees, int[] which, int columns, List<TreeNode> nodes, List<int> roots)
    {
        var deepest = 0;
        foreach (var index in which)
        {
            roots.Add(nodes.Count);
            deepest = Math.Max(deepest, new TreeFlattener(trees[index], index, columns).AppendTo(nodes));
        }

        // Trees of one leaf fill up the last eight. Adding minus zero changes no sum, not even one of minus zero.
        for (var filled = which.Length; filled < TreeEnsemble.Side; filled++, nodes.Add(TreeFlattener.Leaf(-0f, columns)))
            roots.Add(nodes.Count);
        return deepest;
    }

    private static int Classes(Members parameters) =>
        int.TryParse(Optional(parameters, "num_class"), CultureInfo.InvariantCulture, out var classes) && classes is > 1 and <= MostClasses
            ? classes
            : throw new NotSupportedException($"number of classes is {Optional(parameters, "num_class") ?? "not given"}");

    // 1.7 writes a list of any values where later versions write typed arrays.
    private static long[] Integers(Members parent, string name) => parent.GetValueOrDefault(name) switch
    {
        long[] values => values,
        object?[] values when values.All(value => value is long) => [.. values.Cast<long>()],
        _ => throw new FormatException($"the model has no usable '{name}'"),
    };

    private static TreeOutput Output(string objective) => objective switch
    {
        "reg:squarederror" => TreeOutput.Sum,
        "binary:logistic" or "reg:logistic" => TreeOutput.Probability,
        "multi:softprob" => TreeOutput.ClassProbabilities,
        _ => throw new NotSupportedException($"objective {objective}"),
    };

    // The file holds it on the scale of predictions; since 3.1 as a vector, which has one element for one target.
    private static float BaseMargin(string text, TreeOutput output)
    {
        if (!float.TryParse(text.TrimStart('[').TrimEnd(']'), NumberStyles.Float, CultureInfo.InvariantCulture, out var score) || !float.IsFinite(score))
            throw new NotSupportedException($"base_score {text}");
        return output == TreeOutput.Probability ? -MathF.Log((1 / score) - 1) : score;
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
