using System.Globalization;
using ModelOperator.ModelFormat;
using Members = System.Collections.Generic.Dictionary<string, object?>;

namespace ModelOperator.XGBoost.Trees;

/// <summary>Turns a model's UBJ document, as libxgboost 1.6 and later write it, into trees laid out flat.</summary>
internal static class TreeEnsembleReader
{
    private const int MostClasses = 1000;

    /// <param name="model">The model's bytes.</param>
    /// <param name="columns">Columns of a row.</param>
    /// <param name="weighed">Whether gains and covers are read, too.</param>
    /// <exception cref="NotSupportedException">The model is sound, but has something that is not walked here; the message says what.</exception>
    /// <exception cref="FormatException">The model cannot be read.</exception>
    internal static TreesModel Read(ReadOnlySpan<byte> model, int columns, bool weighed)
    {
        if ((2 * columns) + 1 > SparseNode.Most)
            throw new NotSupportedException($"{columns} columns");
        // Flat at once: all trees as they are written take five times the memory.
        var document = UbjReader.Read(model, "trees", (tree, index) => new TreeFlattener(tree, index, columns).Flatten(weighed));
        var learner = Member<Members>(document, "learner");
        var booster = Member<Members>(learner, "gradient_booster");
        Require(Member<string>(booster, "name"), "gbtree", "booster");
        var parameters = Member<Members>(learner, "learner_model_param");
        Require(Optional(parameters, "num_target") is null or "0" ? "1" : Optional(parameters, "num_target"), "1", "number of targets");
        var target = Target(Member<string>(Member<Members>(learner, "objective"), "name"));
        var outputs = target == TargetType.Multiclass ? Classes(parameters) : 1;
        if (outputs == 1)
            Require(Optional(parameters, "num_class"), "0", "number of classes");
        var forest = Member<Members>(booster, "model");
        var trees = Member<object?[]>(forest, "trees");
        var classes = Integers(forest, "tree_info");
        if (classes.Length != trees.Length || classes.Any(index => index < 0 || index >= outputs))
            throw new FormatException("the model's trees and their classes differ");
        var flat = new FlatTree[trees.Length];
        for (var tree = 0; tree < trees.Length; tree++)
            flat[tree] = (FlatTree)trees[tree]! with { Class = (int)classes[tree] };
        return new TreesModel(columns, outputs, BaseMargin(Member<string>(parameters, "base_score"), target), target, flat);
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

    private static TargetType Target(string objective) => objective switch
    {
        "reg:squarederror" => TargetType.Regression,
        "binary:logistic" or "reg:logistic" => TargetType.Binary,
        "multi:softprob" => TargetType.Multiclass,
        _ => throw new NotSupportedException($"objective {objective}"),
    };

    // The file holds it on the scale of predictions; since 3.1 as a vector, which has one element for one target.
    private static float BaseMargin(string text, TargetType target)
    {
        if (!float.TryParse(text.TrimStart('[').TrimEnd(']'), NumberStyles.Float, CultureInfo.InvariantCulture, out var score) || !float.IsFinite(score))
            throw new NotSupportedException($"base_score {text}");
        return target == TargetType.Binary ? -MathF.Log((1 / score) - 1) : score;
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
