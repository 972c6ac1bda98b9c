using ModelOperator.XGBoost;
using ModelOperator.XGBoost.Trees;

namespace ModelOperator.Server.Tests;

/// <summary>The trees that the server walks itself, beside libxgboost's own predictions of the same model.</summary>
public sealed class TreeEnsembleTests
{
    internal const int Rows = 400;

    [Theory]
    [InlineData("reg:squarederror", "max_depth=1")]
    [InlineData("reg:squarederror", "max_depth=6")]
    [InlineData("reg:squarederror", "max_depth=12,min_child_weight=0")]
    [InlineData("reg:squarederror", "grow_policy=lossguide,max_leaves=17,max_depth=0,tree_method=hist")]
    [InlineData("reg:squarederror", "num_parallel_tree=3,subsample=0.5")]
    [InlineData("reg:squarederror", "tree_method=exact")]
    [InlineData("reg:squarederror", "gamma=1000")]
    [InlineData("binary:logistic", "max_depth=6")]
    [InlineData("binary:logistic", "max_depth=3,base_score=0.125")]
    [InlineData("multi:softprob", "num_class=3,max_depth=6")]
    [InlineData("multi:softprob", "num_class=3,num_parallel_tree=3,subsample=0.5")]
    [InlineData("multi:softprob", "num_class=11,max_depth=3,base_score=2")]
    public void Walked_trees_predict_the_same_bits_as_libxgboost(string objective, string settings)
    {
        for (var seed = 1; seed <= 6; seed++)
        {
            var columns = 1 + (seed * 3 % 11);
            var rounds = seed * 7;
            var model = Train(objective, settings, columns, rounds, seed);
            var trees = TreeEnsemble.Read(model, columns);
            using var library = new DensePredictor(model, columns, Rows, trees.Outputs);
            Assert.Null(TreeEnsembleCheck.Difference(trees, library));
            var rows = Values(columns, seed + 100);
            var theirs = new float[Rows * trees.Outputs];
            library.Predict(rows, theirs);
            var ours = new float[Rows * trees.Outputs];
            trees.Predict(rows, ours);
            Assert.Equal(theirs.Select(BitConverter.SingleToInt32Bits), ours.Select(BitConverter.SingleToInt32Bits));
            Assert.True(settings.StartsWith("gamma", StringComparison.Ordinal) || ours.Distinct().Count() > 1);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(400)]
    public void Rows_are_predicted_alike_alone_and_together(int count)
    {
        const int columns = 5;
        var trees = TreeEnsemble.Read(Train("reg:squarederror", "max_depth=6", columns, 30, 9), columns);
        var rows = Values(columns, 77).AsSpan(0, count * columns).ToArray();
        var together = new float[count];
        trees.Predict(rows, together);
        var alone = new float[1];
        for (var row = 0; row < count; row++)
        {
            trees.Predict(rows.AsSpan(row * columns, columns), alone);
            Assert.Equal(together[row], alone[0]);
        }
    }

    [Fact]
    public void A_row_of_very_many_columns_is_predicted_too()
    {
        const int columns = 3000;
        var model = Train("reg:squarederror", "max_depth=4", columns, 3, 3);
        using var library = new DensePredictor(model, columns, Rows);
        Assert.Null(TreeEnsembleCheck.Difference(TreeEnsemble.Read(model, columns), library));
    }

    [Theory]
    [InlineData("multi:softmax", "num_class=3", "objective multi:softmax")]
    [InlineData("count:poisson", "max_depth=3", "objective count:poisson")]
    [InlineData("reg:squarederror", "booster=dart", "booster is dart")]
    [InlineData("reg:squarederror", "booster=gblinear", "booster is gblinear")]
    public void What_is_not_walked_is_named(string objective, string settings, string message)
    {
        var model = Train(objective, settings, 3, 2, 1);
        Assert.Contains(message, Assert.Throws<NotSupportedException>(() => TreeEnsemble.Read(model, 3)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_ends_early_or_has_bytes_changed_is_refused_or_read_but_never_breaks_the_walk()
    {
        var model = Train("reg:squarederror", "max_depth=3", 3, 2, 5);
        var rows = Values(3, 6);
        var predictions = new float[Rows];
        for (var length = 0; length < model.Length; length += 3)
            Assert.ThrowsAny<FormatException>(() => TreeEnsemble.Read(model.AsSpan(0, length), 3));
        var random = new Random(4);
        for (var i = 0; i < 5000; i++)
        {
            var changed = model.ToArray();
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
            try
            {
                TreeEnsemble.Read(changed, 3).Predict(rows, predictions);
            }
            catch (Exception failure) when (failure is FormatException or NotSupportedException)
            {
                // Refused, as it should be.
            }
        }
    }

    [Fact]
    public void A_difference_from_libxgboost_is_found()
    {
        using var library = new DensePredictor(Train("reg:squarederror", "max_depth=3", 4, 5, 1), 4, 64);
        var others = TreeEnsemble.Read(Train("reg:squarederror", "max_depth=3", 4, 5, 2), 4);
        Assert.Contains("where libxgboost", TreeEnsembleCheck.Difference(others, library), StringComparison.Ordinal);
    }

    internal static byte[] Train(string objective, string settings, int columns, int rounds, int seed)
    {
        var values = Values(columns, seed);
        var labels = new float[Rows];
        for (var row = 0; row < Rows; row++)
        {
            var first = values[row * columns];
            var sum = (float.IsNaN(first) ? 3 : first) + (0.1f * (row % 7));
            labels[row] = objective switch
            {
                "reg:squarederror" => sum * sum,
                "multi:softprob" or "multi:softmax" => (int)Math.Clamp(sum, 0, 2),
                _ => sum > 1 ? 1 : 0,
            };
        }

        using var matrix = DMatrix.FromDense(values, columns, labels, 1);
        using var booster = Booster.Create(matrix);
        booster.SetParameter("objective", objective);
        booster.SetParameter("nthread", "1");
        foreach (var setting in settings.Split(','))
            booster.SetParameter(setting.Split('=')[0], setting.Split('=')[1]);
        for (var round = 0; round < rounds; round++)
            booster.Update(round, matrix);
        return booster.Save();
    }

    // Every ninth value is missing, every fourth one of few, so that rows fall on thresholds.
    internal static float[] Values(int columns, int seed)
    {
        var random = new Random(seed);
        var values = new float[Rows * columns];
        for (var i = 0; i < values.Length; i++)
            values[i] = random.Next(9) == 0 ? float.NaN : random.Next(4) == 0 ? random.Next(5) - 2 : (float)((random.NextDouble() * 6) - 3);
        return values;
    }
}
