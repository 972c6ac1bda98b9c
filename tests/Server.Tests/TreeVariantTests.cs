using ModelOperator.ModelFormat;
using ModelOperator.XGBoost;
using ModelOperator.XGBoost.Trees;
using static ModelOperator.Server.Tests.TreeEnsembleTests;

namespace ModelOperator.Server.Tests;

/// <summary>Trees that were cut or rounded, and their file.</summary>
public sealed class TreeVariantTests
{
    private const int Columns = 5;
    private const int Rows = TreeEnsembleTests.Rows;

    [Theory]
    [InlineData("reg:squarederror", "max_depth=6", TargetType.Regression)]
    [InlineData("reg:squarederror", "tree_method=exact,max_depth=9", TargetType.Regression)]
    [InlineData("binary:logistic", "max_depth=6", TargetType.Binary)]
    [InlineData("multi:softprob", "num_class=3,num_parallel_tree=2,subsample=0.5", TargetType.Multiclass)]
    public void What_is_not_cut_predicts_libxgboost_s_bits_from_its_own_file(string objective, string settings, TargetType target)
    {
        var booster = Train(objective, settings, Columns, 12, 3);
        var file = TreesFile.Write(TreePruning.Collapse(TreePruning.Read(booster, Columns), 0));
        Assert.True(file.Length < booster.Length / 3);
        var trees = TreeEnsemble.Of(TreesFile.Read(file, target));
        using var library = new DensePredictor(booster, Columns, Rows, trees.Outputs);
        Assert.Null(TreeEnsembleCheck.Difference(trees, library));
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.7)]
    [InlineData(1)]
    public void Collapsing_takes_splits_of_little_gain_from_the_bottom_and_keeps_the_mean(double share)
    {
        var whole = TreePruning.Read(Train("reg:squarederror", "max_depth=6,subsample=1", Columns, 10, 4), Columns);
        var gains = TreePruning.Gains(whole);
        var gain = gains[(int)(share * (gains.Length - 1))];
        var cut = TreePruning.Collapse(whole, gain);
        Assert.True(cut.Nodes < whole.Nodes);
        foreach (var tree in cut.Trees)
            AssertNoWeakSplitOverLeaves(tree, gain);
        Assert.Equal(Predict(whole).Average(), Predict(cut).Average(), 1e-3);
        Assert.True(Error(cut) >= Error(whole));
    }

    [Fact]
    public void All_collapsed_is_the_mean_and_one_leaf_a_class()
    {
        var whole = TreePruning.Read(Train("multi:softprob", "num_class=3,max_depth=4", Columns, 6, 4), Columns);
        var cut = TreePruning.Collapse(whole, float.PositiveInfinity);
        Assert.Equal([0, 1, 2], cut.Trees.Select(static tree => tree.Class).Order());
        Assert.Equal(3, cut.Nodes);
        var predictions = Predict(cut);
        Assert.Equal(3, predictions.Distinct().Count());
    }

    [Fact]
    public void The_first_trees_of_boosting_keep_the_mean_and_those_of_a_forest_stand_for_all()
    {
        var boosted = TreePruning.Read(Train("reg:squarederror", "max_depth=4", Columns, 40, 4), Columns);
        var fewer = TreePruning.First(boosted, 0.25, forest: false);
        Assert.Equal(11, fewer.Trees.Count);
        Assert.Equal(Predict(boosted).Average(), Predict(fewer).Average(), 1e-3);
        var forest = TreePruning.Read(Train("reg:squarederror", "max_depth=4,num_parallel_tree=40,subsample=0.8,eta=1", Columns, 1, 4), Columns);
        var some = TreePruning.First(forest, 0.5, forest: true);
        Assert.Equal(20, some.Trees.Count);
        Assert.True(Error(some) < 1.3 * Error(forest));
        Assert.Equal(Predict(forest).Average(), Predict(some).Average(), 0.1);
        // Without the growth of their leaves half the trees would be far off.
        Assert.True(Error(some with { Trees = [.. forest.Trees.Take(20)] }) > 2 * Error(forest));
    }

    [Fact]
    public void Rounding_keeps_few_thresholds_and_moves_many_to_the_nearest_of_256()
    {
        var few = TreePruning.Read(Train("reg:squarederror", "max_depth=8,tree_method=hist,max_bin=64", Columns, 30, 5), Columns);
        Assert.Equal(Thresholds(few, 0), Thresholds(TreesRounding.Round(few), 0));
        var many = TreePruning.Read(Train("reg:squarederror", "max_depth=10,tree_method=exact", 1, 120, 5), 1);
        var before = Thresholds(many, 0);
        var rounded = TreesRounding.Round(many);
        var after = Thresholds(rounded, 0);
        Assert.True(before.Distinct().Count() > 256);
        Assert.InRange(after.Distinct().Count(), 200, 256);
        var kept = after.Distinct().ToList();
        Assert.All(before.Zip(after), pair => Assert.True(kept.TrueForAll(other => Math.Abs(other - pair.First) >= Math.Abs(pair.Second - pair.First))));
    }

    [Fact]
    public void A_rounded_leaf_is_off_by_half_a_32767th_of_its_tree_s_largest_at_most_and_its_file_is_small()
    {
        var booster = Train("reg:squarederror", "max_depth=6", Columns, 20, 6);
        var whole = TreePruning.Read(booster, Columns);
        var file = TreesFile.Write(TreesRounding.Round(whole), rounded: true);
        Assert.True(file.Length < TreesFile.Write(whole).Length);
        var read = TreesFile.Read(file, TargetType.Regression);
        foreach (var (tree, other) in whole.Trees.Zip(read.Trees))
        {
            Assert.Equal(tree.Slots.ToArray(), other.Slots.ToArray());
            var leaves = Leaves(tree).ToList();
            var most = leaves.Max(node => Math.Abs(tree.Values.Span[node]));
            Assert.All(leaves, node => Assert.Equal(tree.Values.Span[node], other.Values.Span[node], most / 32767 * 0.501));
        }

        Assert.Equal(Predict(whole).Average(), Predict(read).Average(), 1e-3);
    }

    [Fact]
    public void A_file_that_ends_early_or_has_bytes_changed_is_refused_or_read_but_never_breaks_the_walk()
    {
        var file = TreesFile.Write(TreesRounding.Round(TreePruning.Read(Train("reg:squarederror", "max_depth=4", Columns, 3, 5), Columns)), rounded: true);
        var rows = Values(Columns, 6);
        var predictions = new float[Rows];
        for (var length = 0; length < file.Length; length += 3)
            Assert.Throws<ModelFormatException>(() => TreesFile.Read(file.AsMemory(0, length), TargetType.Regression));
        var random = new Random(4);
        var refused = 0;
        for (var i = 0; i < 3000; i++)
        {
            var changed = file.ToArray();
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
            try
            {
                var trees = TreeEnsemble.Of(TreesFile.Read(changed, TargetType.Regression));
                if (trees.Columns == Columns && trees.Outputs == 1)
                    trees.Predict(rows, predictions);
            }
            catch (ModelFormatException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 100, 2999);
    }

    [Theory]
    [InlineData(new ushort[] { 10, 0, 10 }, "node 1 of a tree is nobody's child")]
    [InlineData(new ushort[] { 0, 0, 10 }, "a tree of 3 nodes has 2 splits")]
    [InlineData(new ushort[] { 0, 11, 10 }, "a leaf has slot 11")]
    public void A_tree_that_is_none_is_refused(ushort[] slots, string message)
    {
        TreesModel model = new(Columns, 1, 0, TargetType.Regression, [new FlatTree(0, slots, new float[3])]);
        Assert.Contains(message, Assert.Throws<ModelFormatException>(() => TreesFile.Read(TreesFile.Write(model), TargetType.Regression)).Message, StringComparison.Ordinal);
    }

    private static void AssertNoWeakSplitOverLeaves(FlatTree tree, float gain)
    {
        var left = 1;
        for (var node = 0; node < tree.Slots.Length; node++)
        {
            if (tree.Slots.Span[node] == 2 * Columns)
                continue;
            if (tree.Slots.Span[left] == 2 * Columns && tree.Slots.Span[left + 1] == 2 * Columns)
                Assert.True(tree.Gains!.Value.Span[node] >= gain);
            left += 2;
        }
    }

    private static float[] Predict(TreesModel model)
    {
        var predictions = new float[Rows * model.Outputs];
        TreeEnsemble.Of(model).Predict(Values(Columns, 4), predictions);
        return predictions;
    }

    // Of what Train learned from, for seed 4.
    private static double Error(TreesModel model)
    {
        var values = Values(Columns, 4);
        return Predict(model).Select((prediction, row) =>
        {
            var first = values[row * Columns];
            var sum = (float.IsNaN(first) ? 3 : first) + (0.1f * (row % 7));
            return Math.Pow(prediction - (sum * sum), 2);
        }).Average();
    }

    private static List<float> Thresholds(TreesModel model, int column) =>
        [.. model.Trees.SelectMany(tree => Enumerable.Range(0, tree.Slots.Length).Where(node => tree.Slots.Span[node] / 2 == column).Select(node => tree.Values.Span[node]))];

    private static IEnumerable<int> Leaves(FlatTree tree) => Enumerable.Range(0, tree.Slots.Length).Where(node => tree.Slots.Span[node] == 2 * Columns);
}
