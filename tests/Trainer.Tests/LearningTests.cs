using FsCheck;
using FsCheck.Fluent;
using ModelOperator.Trainer.Data;
using ModelOperator.Trainer.Learning;
using ModelOperator.Trainer.Parameters;

namespace ModelOperator.Trainer.Tests;

public sealed class LearningTests
{
    [Fact]
    public void Regression_scores_follow_their_formulas()
    {
        var scores = Scores.Regression([1, 2, 5], [1, 4, 4]).ToDictionary();
        Assert.Equal(Math.Sqrt(5.0 / 3), scores["rmse"], 12);
        Assert.Equal(1, scores["mae"], 12);
        Assert.Equal(1 - (5.0 / 6), scores["r2"], 12);
    }

    [Fact]
    public void There_is_no_r2_without_variance() => Assert.DoesNotContain("r2", Scores.Regression([1, 2], [3, 3]).ToDictionary().Keys);

    [Fact]
    public void Auc_is_the_share_of_ordered_pairs()
    {
        Prop.ForAll(Gen.Choose(0, 5).ArrayOf(12).ToArbitrary(), Gen.Choose(0, 1).ArrayOf(12).ToArbitrary(), (levels, labels) =>
        {
            var pairs = from i in Enumerable.Range(0, 12) from j in Enumerable.Range(0, 12) where labels[i] == 1 && labels[j] == 0 select (levels[i], levels[j]);
            var wins = pairs.Select(pair => pair.Item1 > pair.Item2 ? 1.0 : pair.Item1 == pair.Item2 ? 0.5 : 0).ToList();
            var scores = Scores.Binary([.. levels.Select(level => level / 5f)], [.. labels.Select(label => (float)label)]).ToDictionary();
            return scores.TryGetValue("auc", out var auc) ? Math.Abs(auc - wins.Average()) < 1e-12 : wins.Count == 0;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Values_are_sorted_as_numbers() => Prop.ForAll<float[]>(static drawn =>
    {
        var values = drawn.Where(static value => !float.IsNaN(value)).ToArray();
        float[] expected = [.. values.Order()];
        ValueSort.Ascending(values);
        return expected.SequenceEqual(values);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Extremes_are_sorted_too()
    {
        float[] values = [1, float.PositiveInfinity, -1, float.MinValue, float.Epsilon, -float.Epsilon, float.MaxValue, float.NegativeInfinity, -2, 1];
        ValueSort.Ascending(values);
        Assert.Equal([float.NegativeInfinity, float.MinValue, -2, -1, -float.Epsilon, float.Epsilon, 1, 1, float.MaxValue, float.PositiveInfinity], values);
    }

    [Fact]
    public void Quantiles_are_linear_between_order_statistics()
    {
        Assert.Equal(2.5, FeatureProfiler.Quantile([1, 2, 3, 4], 0.5));
        Assert.Equal(1, FeatureProfiler.Quantile([1, 2, 3, 4], 0));
        Assert.Equal(4, FeatureProfiler.Quantile([1, 2, 3, 4], 1));
        Assert.Equal(7, FeatureProfiler.Quantile([7], 0.3));
    }

    [Fact]
    public void Categories_are_ordered_by_their_mean_target_and_unseen_ones_have_no_code()
    {
        var table = Table("c,y\nhigh,9\nlow,1\nmid,5\nnever,3\nlow,2\n,4\n");
        var encoding = FeatureEncoding.Learn(table.Features[0], [0, 1, 2, 4, 5], [9, 1, 5, 2, 4]);
        Assert.Equal(["low", "mid", "high"], encoding.Categories!);
        var fed = new float[11];
        encoding.Fill(fed, 2, [0, 1, 2, 3, 4, 5]);
        Assert.Equal([2f, 0f, 1f, float.NaN, 0f, float.NaN], fed.Where(static (_, place) => place % 2 == 0));
    }

    [Fact]
    public void A_row_s_side_of_the_split_depends_on_seed_and_position_alone()
    {
        var text = "a,y\n" + string.Concat(Enumerable.Range(0, 500).Select(i => $"{i},{i}\n"));
        var all = Split.Deal(Table(text), Parameters());
        var some = Split.Deal(Table(text, ("rowFilter", "a>=250")), Parameters(("rowFilter", "a>=250")));
        Assert.Equal(all.ValidationRows.Where(row => row >= 250), some.ValidationRows.Select(row => row + 250));
        Assert.NotEqual(all.ValidationRows, Split.Deal(Table(text), Parameters(("seed", "7"))).ValidationRows);
        Assert.InRange(all.ValidationRows.Count, 70, 130);
        Assert.Equal(500, all.TrainRows.Concat(all.ValidationRows).Distinct().Count());
    }

    [Fact]
    public void Shuffled_targets_are_the_same_ones_elsewhere()
    {
        var text = "a,y\n" + string.Concat(Enumerable.Range(0, 200).Select(i => $"{i},{i}\n"));
        var plain = Split.Deal(Table(text), Parameters()).TrainTargets;
        var shuffled = Split.Deal(Table(text), Parameters(("shuffleTargets", "true"))).TrainTargets;
        Assert.NotEqual(plain, shuffled);
        Assert.Equal(plain, shuffled.Order());
    }

    [Fact]
    public void Early_stopping_waits_its_patience()
    {
        var best = EarlyStopping.Start;
        double[] scores = [5, 4, 4, 4.5, 3.9, 4];
        var stopped = 0;
        for (var round = 1; round <= scores.Length && stopped == 0; round++)
        {
            best = best.After(round, scores[round - 1]);
            stopped = best.ShouldStop(round, 2) ? round : 0;
        }

        Assert.Equal((4, 2), (stopped, best.Round));
        Assert.False(best.ShouldStop(1000, 0));
    }

    [Fact]
    public void An_evaluation_line_is_read_in_order() => Assert.Equal(
        [KeyValuePair.Create("train_rmse", 1.5), KeyValuePair.Create("validation_rmse", 17e3)],
        Boosting.Parse("[3]\ttrain-rmse:1.5\tvalidation-rmse:1.7e4"));

    [Fact]
    public void Scores_that_are_no_finite_numbers_are_read_too_and_never_the_best()
    {
        Assert.Equal(
            [double.PositiveInfinity, double.NaN, double.NaN],
            Boosting.Parse("[3]\ttrain-rmse:inf\tvalidation-rmse:nan\ttest-rmse:-nan").Select(static metric => metric.Value));
        Assert.Equal(new EarlyStopping(1, 5), EarlyStopping.Start.After(1, 5).After(2, double.NaN).After(3, double.PositiveInfinity));
    }

    [Fact]
    public void Predictions_that_are_no_numbers_are_scored_as_no_number()
    {
        var scores = Scores.Binary([float.NaN, 0.5f, float.NaN], [0, 1, 1]).ToDictionary();
        Assert.Equal(double.NaN, scores["logloss"]);
    }

    [Fact]
    public void Stratified_classes_are_in_every_part_by_their_share()
    {
        (string, string)[] parameters = [("objective", "Multiclass"), ("stratify", "true"), ("validationFraction", "0.25")];
        string Label(int row) => row == 7 ? "single" : row % 10 == 3 ? "rare" : row % 3 == 0 ? "some" : "most";
        var table = Table("a,y\n" + string.Concat(Enumerable.Range(0, 200).Select(row => $"{row},{Label(row)}\n")), parameters);
        var split = Split.Deal(table, Parameters(parameters));
        Dictionary<string, int> Count(IEnumerable<int> rows) => rows.CountBy(Label).ToDictionary();
        var (all, validation) = (Count(Enumerable.Range(0, 200)), Count(split.ValidationRows));
        Assert.All(all, pair => Assert.InRange(validation.GetValueOrDefault(pair.Key), (pair.Value * 0.25) - 0.5, (pair.Value * 0.25) + 0.5));
        Assert.Contains(7, split.TrainRows);
        var train = Count(split.TrainRows);
        var parts = Enumerable.Range(0, 5).Select(part => split.Fold(table, 42, part, 5).ValidationRows).ToList();
        Assert.All(parts, part => Assert.All(Count(part), pair => Assert.InRange(pair.Value, (train[pair.Key] / 5.0) - 1, (train[pair.Key] / 5.0) + 1)));
        Assert.Equal(split.TrainRows, parts.SelectMany(static part => part).Order());
        Assert.NotEqual(split.ValidationRows, Split.Deal(table, Parameters([.. parameters, ("seed", "7")])).ValidationRows);
    }

    [Fact]
    public void Training_rows_of_one_class_are_refused_wherever_the_other_one_is()
    {
        // The only "b" validates.
        var regression = Split.Deal(Table("a,y\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i},{i}\n"))), Parameters());
        var alone = regression.ValidationRows[0];
        (string, string)[] binary = [("objective", "Binary")];
        var failure = Assert.Throws<TrainerException>(() => Split.Deal(Table(Classes(alone), binary), Parameters(binary)));
        Assert.Equal(ExitCode.Data, failure.ExitCode);
        Assert.Contains($"all {regression.TrainRows.Count} training rows are of class 'a'", failure.Message, StringComparison.Ordinal);
        // The only "b" trains, but not where its part of the cross-validation is left out.
        var table = Table(Classes(regression.TrainRows[0]), binary);
        var split = Split.Deal(table, Parameters(binary));
        var failures = Enumerable.Range(0, 3).Count(fold => Record.Exception(() => split.Fold(table, 42, fold, 3)) is TrainerException { ExitCode: ExitCode.Data });
        Assert.Equal(1, failures);

        static string Classes(int other) => "a,y\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i},{(i == other ? "b" : "a")}\n"));
    }

    private static Table Table(string text, params (string, string)[] parameters) => TableReader.Read(Parameters(parameters), new StringReader(text), "d.csv");

    private static TrainingParameters Parameters(params (string Name, string Value)[] values) =>
        TrainingParameters.Parse(values.Append(("target", "y")).ToDictionary(pair => pair.Item1, pair => pair.Item2));
}
