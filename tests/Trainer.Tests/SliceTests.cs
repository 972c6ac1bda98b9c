using System.Text.Json;
using ModelOperator.ModelFormat;
using ModelOperator.Trainer.Parameters;

namespace ModelOperator.Trainer.Tests;

/// <summary>Scores of parts of the validation rows.</summary>
public sealed class SliceTests
{
    [Theory]
    [InlineData("slices", "grade", "parameter 'slices' is 'grade', allowed is conditions separated by ';'")]
    [InlineData("slices", "size>big", "parameter 'slices' is 'size>big', allowed is conditions separated by ';'")]
    [InlineData("slices", "a=1; a = 1", "parameter 'slices' is 'a=1; a = 1', allowed is at most 16 different conditions of at most 100 printable characters each")]
    [InlineData("slices", "a=0;a=1;a=2;a=3;a=4;a=5;a=6;a=7;a=8;a=9;a=10;a=11;a=12;a=13;a=14;a=15;a=16", "parameter 'slices' is ")]
    [InlineData("sliceMinRows", "0", "parameter 'sliceMinRows' is '0', allowed is a whole number from 1 to 1000000")]
    public void A_slice_that_means_nothing_is_refused(string name, string value, string message)
    {
        Dictionary<string, string> values = new() { ["target"] = "y", ["slices"] = "a=1", [name] = value };
        Assert.StartsWith(message, Assert.Throws<TrainerException>(() => TrainingParameters.Parse(values)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Slices_need_validation_rows_and_their_least_rows_need_slices()
    {
        Assert.Equal(
            "parameter 'slices' is 'a=1', allowed is none when validationFraction is 0: slices are parts of the validation rows",
            Assert.Throws<TrainerException>(() => Parse(("slices", "a=1"), ("validationFraction", "0"))).Message);
        Assert.Equal("parameter 'sliceMinRows' is '5', allowed is no value without slices", Assert.Throws<TrainerException>(() => Parse(("sliceMinRows", "5"))).Message);
        var parameters = Parse(("slices", "a = 1;b>2; "), ("sliceMinRows", "7"));
        Assert.Equal(("a=1; b>2", "7"), (parameters.Describe()["slices"], parameters.Describe()["sliceMinRows"]));
        Assert.Equal(parameters.Describe(), TrainingParameters.Parse(parameters.Describe()).Describe());
        Assert.DoesNotContain("slices", Parse().Describe().Keys);
    }

    [Fact]
    public async Task A_column_that_the_data_lacks_is_named()
    {
        using var trainer = new TrainerHarness();
        Assert.Equal(ExitCode.Data, await trainer.RunAsync(("SLICES", "colour=red")));
        Assert.Contains("data.csv:1: no column 'colour' (parameter 'slices'); the header has size, grade, age, y", trainer.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Slices_are_scored_by_themselves_and_small_ones_not_at_all()
    {
        using var trainer = new TrainerHarness();
        Assert.Equal(0, await trainer.RunAsync(("SLICES", "grade=best; grade!=best; size>3.95; grade=bets"), ("ROUNDS", "10"), ("K_FOLD", "2")));
        var metrics = trainer.Result().GetProperty("metrics");
        Assert.Equal(
            ["grade!=best", "grade=best"],
            metrics.EnumerateObject().Where(metric => metric.Name.StartsWith("validation_rmse@", StringComparison.Ordinal)).Select(metric => metric.Name[16..]).Order(StringComparer.Ordinal));
        // Both parts together are all rows, so the mean of the errors lies between theirs.
        var (best, others, all) = (Metric("validation_mae@grade=best"), Metric("validation_mae@grade!=best"), Metric("validation_mae"));
        Assert.NotEqual(best, others);
        Assert.InRange(all, Math.Min(best, others), Math.Max(best, others));
        Assert.Contains("warning: slice 'grade=bets' has 0 validation rows, fewer than sliceMinRows (30): it is not scored, and no gate passes that asks for it", trainer.Errors, StringComparison.Ordinal);
        Assert.Contains("warning: slice 'size>3.95' has ", trainer.Errors, StringComparison.Ordinal);
        var document = (await ModelBundle.LoadAsync(Path.Combine(trainer.Output, "model"), CancellationToken.None)).Document;
        Assert.Equal(best, document.Metrics["validation_mae@grade=best"]);
        Assert.Contains("\nvalidation_rmse@grade=best: ", trainer.Log, StringComparison.Ordinal);
        double Metric(string name) => metrics.GetProperty(name).GetDouble();
    }

    [Fact]
    public async Task A_small_slice_is_scored_where_it_may_be_small()
    {
        using var trainer = new TrainerHarness();
        Assert.Equal(0, await trainer.RunAsync(("SLICES", "size>3.95"), ("SLICE_MIN_ROWS", "1"), ("ROUNDS", "10")));
        Assert.True(trainer.Result().GetProperty("metrics").TryGetProperty("validation_rmse@size>3.95", out _));
        Assert.Empty(trainer.Errors);
    }

    [Fact]
    public async Task Slices_change_no_model_and_a_column_may_be_for_them_alone()
    {
        using var with = new TrainerHarness();
        using var without = new TrainerHarness();
        Assert.Equal(0, await with.RunAsync(("SLICES", "grade=best"), ("DROP_COLUMNS", "grade"), ("ROUNDS", "5")));
        Assert.Equal(0, await without.RunAsync(("DROP_COLUMNS", "grade"), ("ROUNDS", "5")));
        Assert.Equal(Booster(with), Booster(without));
        Assert.True(with.Result().GetProperty("metrics").TryGetProperty("validation_rmse@grade=best", out _));
        static byte[] Booster(TrainerHarness trainer) => File.ReadAllBytes(Path.Combine(trainer.Output, "model", "booster.ubj"));
    }

    [Theory]
    [InlineData("Binary", "auc")]
    [InlineData("Multiclass", "logloss")]
    public async Task Classes_are_scored_by_slice_too(string objective, string score)
    {
        var rows = string.Concat(Enumerable.Range(0, 900).Select(i => $"{i % 37},{(i % 2 == 0 ? "even" : "odd")},{(i % 37 * 7 % 10 < 5 ? "low" : objective == "Binary" || i % 3 > 0 ? "high" : "top")}\n"));
        using var trainer = new TrainerHarness("a,side,y\n" + rows);
        Assert.Equal(0, await trainer.RunAsync(("OBJECTIVE", objective), ("SLICES", "side=odd; y=low"), ("ROUNDS", "5")));
        var metrics = trainer.Result().GetProperty("metrics");
        Assert.True(double.IsFinite(metrics.GetProperty($"validation_{score}@side=odd").GetDouble()));
        // Of one class alone there is no area under the curve.
        Assert.False(objective == "Binary" && metrics.TryGetProperty("validation_auc@y=low", out _));
        Assert.Equal(JsonValueKind.Number, metrics.GetProperty("validation_accuracy@y=low").ValueKind);
    }

    [Fact]
    public async Task A_variant_has_no_slices_of_the_model_itself()
    {
        using var trainer = new TrainerHarness();
        Assert.Equal(0, await trainer.RunAsync(("SLICES", "grade=best"), ("OPTIMISE", "Round"), ("MAX_LOSS", "0.5")));
        var bundle = await ModelBundle.LoadAsync(Path.Combine(trainer.Output, "model"), "round", CancellationToken.None);
        Assert.Contains("validation_rmse", bundle.Document.Metrics.Keys);
        Assert.DoesNotContain(bundle.Document.Metrics.Keys, static name => name.Contains('@', StringComparison.Ordinal));
    }

    private static TrainingParameters Parse(params (string Name, string Value)[] values) =>
        TrainingParameters.Parse(values.Append(("target", "y")).ToDictionary(pair => pair.Item1, pair => pair.Item2));
}
