using System.Text.Json;
using ModelOperator.ModelFormat;
using ModelOperator.Trainer.Learning;
using ModelOperator.XGBoost.Trees;

namespace ModelOperator.Trainer.Tests;

/// <summary>Ways of growing trees, objectives, and cross-validation.</summary>
public sealed class LearnersTests
{
    private static readonly (string, string)[] Forest = [("LEARNER", "RandomForest"), ("ROUNDS", ""), ("TREES", "60")];

    [Fact]
    public async Task A_leaf_wise_tree_has_at_most_its_leaves_and_a_depth_wise_one_more()
    {
        using var leafWise = new TrainerHarness();
        Assert.Equal(ExitCode.Done, await leafWise.RunAsync(("ROUNDS", "1"), ("GROW_POLICY", "lossguide"), ("MAX_LEAVES", "7")));
        using var depthWise = new TrainerHarness();
        Assert.Equal(ExitCode.Done, await depthWise.RunAsync(("ROUNDS", "1")));
        Assert.Equal(7, await DistinctPredictionsAsync(leafWise));
        Assert.True(await DistinctPredictionsAsync(depthWise) > 20);
    }

    [Fact]
    public async Task A_forest_is_one_round_of_many_trees_and_the_same_for_the_same_seed()
    {
        using var forest = new TrainerHarness();
        using var again = new TrainerHarness();
        using var other = new TrainerHarness();
        Assert.Equal(ExitCode.Done, await forest.RunAsync(Forest));
        await again.RunAsync([.. Forest, ("NTHREAD", "1")]);
        await other.RunAsync([.. Forest, ("SEED", "3")]);
        Assert.True(Metric(forest, "validation_r2") > 0.9);
        Assert.Equal(forest.Digest(), again.Digest());
        Assert.NotEqual(forest.Digest(), other.Digest());
        var bundle = await BundleAsync(forest);
        Assert.Equal(1, bundle.Document.Learner.Rounds);
        Assert.Equal("60", bundle.Document.Training.Parameters["trees"]);
        Assert.Equal(1, bundle.Document.Features.Sum(feature => feature.Importance), 9);
    }

    [Theory]
    [InlineData("GradientBoosting")]
    [InlineData("RandomForest")]
    [InlineData("Linear")]
    [InlineData("Network")]
    public async Task Each_learner_tells_four_classes_apart(string learner)
    {
        using var trainer = new TrainerHarness(Grades());
        (string, string)[] rounds = learner switch
        {
            "GradientBoosting" => [],
            "Network" => [("ROUNDS", ""), ("HIDDEN_LAYERS", "16"), ("EPOCHS", "40"), ("BATCH_SIZE", "32"), ("LEARNING_RATE", "0.01")],
            _ => [("ROUNDS", "")],
        };
        Assert.Equal(ExitCode.Done, await trainer.RunAsync([("TARGET", "grade"), ("OBJECTIVE", "Multiclass"), ("LEARNER", learner), .. rounds]));
        Assert.True(Metric(trainer, "validation_accuracy") > 0.9, trainer.Log);
        Assert.True(Metric(trainer, "validation_f1") > 0.9);
        Assert.True(Metric(trainer, "train_auc") > 0.95);
        Assert.True(Metric(trainer, "validation_logloss") < 0.4);
        var document = (await BundleAsync(trainer)).Document;
        Assert.Equal((TargetType.Multiclass, 4), (document.Target.Type, document.Target.Outputs));
        Assert.Equal(["best", "fair", "good", "poor"], document.Target.Classes!);
        Assert.All(document.Samples, sample => Assert.Equal(1, sample.Probabilities!.Sum(), 1e-5));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("0.6")]
    public async Task Boosting_of_classes_goes_on_from_a_checkpoint_to_the_same_model(string subsample)
    {
        (string, string)[] parameters = [("TARGET", "grade"), ("OBJECTIVE", "Multiclass"), ("SUBSAMPLE", subsample), ("GROW_POLICY", "LossGuide"), ("EARLY_STOPPING_ROUNDS", "30")];
        using var whole = new TrainerHarness(Grades());
        Assert.Equal(ExitCode.Done, await whole.RunAsync(parameters));
        using var parts = new TrainerHarness(Grades());
        Assert.Equal(ExitCode.Yielded, await parts.RunAsync("round=9 ", parameters));
        Assert.Equal(ExitCode.Done, await parts.RunAsync([.. parameters, ("MODELOP_RESUME_FROM", parts.Checkpoint)]));
        Assert.Equal(whole.Digest(), parts.Digest());
    }

    [Fact]
    public async Task Early_stopping_keeps_the_best_round_of_several_classes()
    {
        using var trainer = new TrainerHarness(Grades());
        await trainer.RunAsync(("TARGET", "grade"), ("OBJECTIVE", "Multiclass"), ("ROUNDS", "400"), ("ETA", "0.9"), ("EARLY_STOPPING_ROUNDS", "5"));
        Assert.InRange((await BundleAsync(trainer)).Document.Learner.Rounds, 1, 399);
    }

    [Theory]
    [InlineData("GradientBoosting")]
    [InlineData("RandomForest")]
    [InlineData("Linear")]
    [InlineData("Network")]
    public async Task Cross_validation_scores_every_part_and_leaves_the_model_as_it_is(string learner)
    {
        (string, string)[] network = learner == "Network" ? [("HIDDEN_LAYERS", "32"), ("EPOCHS", "15"), ("BATCH_SIZE", "64"), ("LEARNING_RATE", "0.01")] : [];
        (string, string)[] parameters = [("LEARNER", learner), .. learner == "GradientBoosting" ? Array.Empty<(string, string)>() : [("ROUNDS", "")], .. network];
        using var plain = new TrainerHarness();
        await plain.RunAsync(parameters);
        using var trainer = new TrainerHarness();
        Assert.Equal(ExitCode.Done, await trainer.RunAsync([.. parameters, ("K_FOLD", "4")]));
        Assert.Equal(Metric(plain, "validation_rmse"), Metric(trainer, "validation_rmse"));
        Assert.Equal(Metric(plain, "validation_rmse"), Metric(trainer, "cv_rmse"), Metric(plain, "validation_rmse") * 0.6);
        var folds = (await File.ReadAllLinesAsync(trainer.MetricsFile)).Select(line => JsonElement.Parse(line))
            .Where(line => line.GetProperty("metric").GetString() == "cv_rmse").Select(line => line.GetProperty("value").GetDouble()).ToList();
        Assert.Equal(4, folds.Count);
        Assert.Equal(folds.Average(), Metric(trainer, "cv_rmse"), 1e-9);
        Assert.Equal(Math.Sqrt(folds.Average(value => Math.Pow(value - folds.Average(), 2))), Metric(trainer, "cv_rmse_std"), 1e-9);
        Assert.Contains("fold=4/4 cv_rmse=", trainer.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GradientBoosting")]
    [InlineData("RandomForest")]
    [InlineData("Linear")]
    [InlineData("Network")]
    public async Task Validation_rows_teach_nothing(string learner)
    {
        (string, string)[] parameters =
        [
            ("LEARNER", learner), ("K_FOLD", "2"),
            .. learner == "GradientBoosting" ? [("SUBSAMPLE", "0.7")] : new[] { ("ROUNDS", "") },
            .. learner == "Network" ? [("HIDDEN_LAYERS", "8"), ("EPOCHS", "2"), ("BATCH_NORM", "true")] : Array.Empty<(string, string)>(),
        ];
        var lines = TrainerHarness.SyntheticData(400).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var others = lines.Select((line, at) => at > 0 && Data.RowHash.Fraction(42, Data.RowHash.Validation, at - 1) < 0.2 ? $"{at * 50},other,,{-at}" : line);
        using var first = new TrainerHarness(string.Join('\n', lines));
        using var second = new TrainerHarness(string.Join('\n', others));
        Assert.Equal(ExitCode.Done, await first.RunAsync(parameters));
        Assert.Equal(ExitCode.Done, await second.RunAsync(parameters));
        var (a, b) = ((await BundleAsync(first)).Document, (await BundleAsync(second)).Document);
        Assert.Equal(a.Learner.Digest, b.Learner.Digest);
        Assert.Equal(JsonSerializer.Serialize(a.Features, ModelJsonContext.Default.ListFeatureDocument), JsonSerializer.Serialize(b.Features, ModelJsonContext.Default.ListFeatureDocument));
        Assert.Equal(Metric(first, "cv_rmse"), Metric(second, "cv_rmse"));
        Assert.NotEqual(Metric(first, "validation_rmse"), Metric(second, "validation_rmse"));
    }

    [Fact]
    public async Task A_class_without_training_rows_is_told()
    {
        var rows = Grades().Split('\n');
        var validates = Enumerable.Range(0, rows.Length - 2).First(row => Data.RowHash.Fraction(42, Data.RowHash.Validation, row) < 0.2);
        rows[validates + 1] = string.Join(',', [.. rows[validates + 1].Split(',')[..^1], "rare"]);
        using var trainer = new TrainerHarness(string.Join('\n', rows));
        Assert.Equal(ExitCode.Done, await trainer.RunAsync(("TARGET", "grade"), ("OBJECTIVE", "Multiclass"), ("ROUNDS", "5")));
        Assert.Contains("no training row is of class 'rare'", trainer.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Targets_whose_squares_no_32_bits_hold_are_learned_but_have_no_best_round()
    {
        var data = TrainerHarness.SyntheticData(300).Split('\n');
        var scaled = string.Join('\n', data.Select((line, row) => row == 0 || line.Length == 0 ? line : line + "e22"));
        using var trainer = new TrainerHarness(scaled);
        Assert.Equal(ExitCode.Done, await trainer.RunAsync(("ROUNDS", "5")));
        Assert.True(Metric(trainer, "validation_rmse") > 1e20, trainer.Log);
        using var stopping = new TrainerHarness(scaled);
        Assert.Equal(ExitCode.Data, await stopping.RunAsync(("ROUNDS", "5"), ("EARLY_STOPPING_ROUNDS", "2")));
        Assert.Contains("no round's validation score is a finite 32-bit number", stopping.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_parts_than_rows_are_refused()
    {
        using var trainer = new TrainerHarness(TrainerHarness.SyntheticData(12));
        Assert.Equal(ExitCode.Data, await trainer.RunAsync(("K_FOLD", "20")));
        Assert.Contains("too few for parameter 'kFold' = 20", trainer.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Scores_of_several_classes_follow_their_formulas()
    {
        float[] probabilities = [0.7f, 0.2f, 0.1f, 0.1f, 0.6f, 0.3f, 0.5f, 0.3f, 0.2f, 0.2f, 0.2f, 0.6f];
        var scores = Scores.Multiclass(probabilities, [0, 1, 1, 2]).ToDictionary();
        Assert.Equal(-(Math.Log(0.7) + Math.Log(0.6) + Math.Log(0.3) + Math.Log(0.6)) / 4, scores["logloss"], 6);
        Assert.Equal(0.75, scores["accuracy"]);
        // Class 0: 2/(1+2), class 1: 2/(2+1), class 2: 2/2.
        Assert.Equal(((2 / 3.0) + (2 / 3.0) + 1) / 3, scores["f1"], 12);
        Assert.Equal(1, scores["auc"], 12);
    }

    [Fact]
    public void F1_is_the_harmonic_mean_of_precision_and_recall()
    {
        var scores = Scores.Binary([0.9f, 0.8f, 0.2f, 0.1f, 0.7f], [1, 0, 1, 0, 1]).ToDictionary();
        Assert.Equal(2 / 3.0, scores["f1"], 12);
        Assert.DoesNotContain("f1", Scores.Binary([0.1f], [0]).ToDictionary().Keys);
    }

    private static async Task<ModelBundle> BundleAsync(TrainerHarness trainer) =>
        await ModelBundle.LoadAsync(Path.Combine(trainer.Output, "model"), CancellationToken.None);

    private static double Metric(TrainerHarness trainer, string name) => trainer.Result().GetProperty("metrics").GetProperty(name).GetDouble();

    private static async Task<int> DistinctPredictionsAsync(TrainerHarness trainer)
    {
        var trees = TreeEnsemble.Read((await BundleAsync(trainer)).Learned.Span, 3);
        float[] rows = [.. Enumerable.Range(0, 5000).SelectMany(i => new[] { i % 101 / 25f, i % 4, i % 17 })];
        var predictions = new float[5000];
        trees.Predict(rows, predictions);
        return predictions.Distinct().Count();
    }

    // The grade from what follows from it: y, of which the other columns explain the rest.
    private static string Grades()
    {
        var lines = TrainerHarness.SyntheticData(900).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return "score,noise,grade\n" + string.Concat(lines.Skip(1).Select((line, i) =>
            $"{line.Split(',')[1] switch { "best" => 30, "good" => 20, "fair" => 10, _ => 0 } + (i * 7 % 9)},{i * 31 % 13},{line.Split(',')[1]}\n"));
    }
}
