using ModelOperator.ModelFormat;
using ModelOperator.XGBoost;
using ModelOperator.XGBoost.Trees;
using static ModelOperator.Server.Tests.TreeEnsembleTests;

namespace ModelOperator.Server.Tests;

/// <summary>All ways to walk trees, beside a walk that can be read, and beside libxgboost.</summary>
public sealed class TreePathTests
{
    private static readonly int[] Counts = [1, 7, 8, 9, 31, 32, 33, 40, 41, 63, 64, 65, 72, 73, 100, 137];

    [Fact]
    public void Sparse_trees_row_by_row() => Same(TreePath.Sparse);

    [Fact]
    public void Complete_trees_row_by_row() => Same(TreePath.Rows);

    [NeedsPath(TreePath.Vector256)]
    public void Complete_trees_32_rows_at_once() => Same(TreePath.Vector256);

    [NeedsPath(TreePath.Vector512)]
    public void Complete_trees_64_rows_at_once() => Same(TreePath.Vector512);

    [Fact]
    public void Each_way_predicts_libxgboost_s_bits()
    {
        const int columns = 7;
        var compared = 0;
        foreach (var (objective, settings) in new[] { ("reg:squarederror", "max_depth=6"), ("reg:squarederror", "max_depth=3"), ("binary:logistic", "max_depth=4"), ("multi:softprob", "num_class=3,max_depth=5") })
        {
            var booster = Train(objective, settings, columns, 21, 4);
            var model = TreePruning.Read(booster, columns);
            using var library = new DensePredictor(booster, columns, TreeEnsembleTests.Rows, model.Outputs);
            foreach (var path in Enum.GetValues<TreePath>().Where(TreePaths.IsSupported))
            {
                // Some are too sparse to be filled up.
                if (TreeEnsemble.Of(model, path) is not { } trees)
                    continue;
                Assert.Null(TreeEnsembleCheck.Difference(trees, library));
                compared++;
            }
        }

        Assert.True(compared >= 3 * Enum.GetValues<TreePath>().Count(TreePaths.IsSupported));
    }

    [Fact]
    public void A_column_has_up_to_255_thresholds_when_rows_are_ranked()
    {
        static TreesModel Stumps(int count) => new(
            1, 1, 0.5f, TargetType.Regression, [.. Enumerable.Range(0, count).Select(static i => new FlatTree(0, new ushort[] { 0, 1, 0, 2, 2, 2, 2 }, new[] { i, i, i, i * 0.1f, 2, 3, i }))]);
        Assert.NotNull(CompleteLayout.Of(Stumps(255)));
        Assert.Null(CompleteLayout.Of(Stumps(256)));
        Assert.NotNull(TreeEnsemble.Of(Stumps(256)));
        foreach (var path in Enum.GetValues<TreePath>().Where(TreePaths.IsSupported))
            Compare(Stumps(255), TreeEnsemble.Of(Stumps(255), path)!, [.. Enumerable.Range(-2, 1030).Select(static i => i / 4f)]);
    }

    [Fact]
    public void Trees_that_are_deep_or_of_long_branches_stay_as_they_are()
    {
        var random = new Random(3);
        Assert.Null(CompleteLayout.Of(new TreesModel(2, 1, 0, TargetType.Regression, [Branch(9)])));
        Assert.Null(CompleteLayout.Of(new TreesModel(2, 1, 0, TargetType.Regression, [.. Enumerable.Range(0, 8).Select(static _ => Branch(8))])));
        var full = new TreesModel(2, 1, 0, TargetType.Regression, [.. Enumerable.Range(0, 160).Select(_ => Tree(random, 2, 6, 1, 0))]);
        Assert.True(TreeEnsemble.Of(full).HeldBytes < TreeEnsemble.Of(full, TreePath.Sparse)!.HeldBytes);
    }

    // Of random trees and rows that lie on, beside and between the thresholds.
    private static void Same(TreePath path)
    {
        var compared = 0;
        for (var seed = 0; seed < 120; seed++)
        {
            var random = new Random(seed);
            var (columns, outputs, deepest) = (1 + random.Next(12), random.Next(3) == 0 ? 3 : 1, random.Next(TreePaths.DeepestComplete + 1));
            var model = new TreesModel(columns, outputs, (float)random.NextDouble(), TargetType.Regression,
                [.. Enumerable.Range(0, 1 + random.Next(40)).Select(_ => Tree(random, columns, random.Next(4) == 0 ? random.Next(deepest + 1) : deepest, 0.9, random.Next(outputs)))]);
            // Random trees may be too sparse to be filled up.
            if (TreeEnsemble.Of(model, path) is not { } trees)
                continue;
            compared++;
            foreach (var count in Counts)
                Compare(model, trees, [.. Enumerable.Range(0, count * columns).Select(_ => Value(random))]);
        }

        Assert.InRange(compared, 60, 120);
    }

    private static void Compare(TreesModel model, TreeEnsemble trees, float[] rows)
    {
        var count = rows.Length / model.Columns;
        var actual = new float[count * model.Outputs];
        trees.Predict(rows, actual);
        var expected = new float[actual.Length];
        for (var row = 0; row < count; row++)
        {
            for (var index = 0; index < model.Outputs; index++)
                expected[(row * model.Outputs) + index] = Sum(model, index, rows.AsSpan(row * model.Columns, model.Columns));
        }

        Assert.Equal(expected.Select(BitConverter.SingleToInt32Bits), actual.Select(BitConverter.SingleToInt32Bits));
    }

    private static float Sum(TreesModel model, int index, ReadOnlySpan<float> row)
    {
        var sum = model.BaseMargin;
        foreach (var tree in model.Trees.Where(tree => tree.Class == index))
        {
            var slots = tree.Slots.Span;
            var node = 0;
            while (slots[node] < 2 * model.Columns)
            {
                var value = row[slots[node] / 2];
                var left = float.IsNaN(value) ? slots[node] % 2 == 0 : value < tree.Values.Span[node];
                var splits = 0;
                for (var before = 0; before < node; before++)
                    splits += slots[before] < 2 * model.Columns ? 1 : 0;
                node = (2 * splits) + (left ? 1 : 2);
            }

            sum += tree.Values.Span[node];
        }

        return sum;
    }

    private static FlatTree Tree(Random random, int columns, int depth, double splits, int index)
    {
        List<ushort> slots = [];
        List<float> values = [];
        Queue<int> levels = new([0]);
        while (levels.TryDequeue(out var level))
        {
            var isSplit = level < depth && random.NextDouble() < splits;
            slots.Add((ushort)(isSplit ? random.Next(2 * columns) : 2 * columns));
            values.Add(isSplit ? Threshold(random) : (float)((random.NextDouble() * 2) - 1));
            for (var child = 0; isSplit && child < 2; child++)
                levels.Enqueue(level + 1);
        }

        return new FlatTree(index, slots.ToArray(), values.ToArray());
    }

    // Each split has a leaf to its left.
    private static FlatTree Branch(int depth) => new(
        0, Enumerable.Range(0, (2 * depth) + 1).Select(i => (ushort)(i < 2 * depth && i % 2 == 0 ? 0 : 4)).ToArray(), Enumerable.Range(0, (2 * depth) + 1).Select(static i => (float)i).ToArray());

    // Few, so that the same are compared with again, zeros of both signs among them.
    private static float Threshold(Random random) => random.Next(6) switch
    {
        0 => 0f,
        1 => -0f,
        _ => (random.Next(200) - 100) / 8f,
    };

    private static float Value(Random random) => random.Next(9) switch
    {
        0 => float.NaN,
        1 => random.Next(2) == 0 ? float.PositiveInfinity : float.NegativeInfinity,
        2 => MathF.BitIncrement(Threshold(random)),
        3 => MathF.BitDecrement(Threshold(random)),
        4 => (float)((random.NextDouble() * 40) - 20),
        _ => Threshold(random),
    };
}
