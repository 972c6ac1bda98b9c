using System.Globalization;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using ModelOperator.Fakes;
using ModelOperator.ModelFormat;
using ModelOperator.Server.Drift;
using ModelOperator.Server.Rows;

namespace ModelOperator.Server.Tests;

/// <summary>Live values against the training profile.</summary>
public sealed class DriftTests
{
    private static readonly float[] Spread = [.. Enumerable.Range(0, 1000).Select(static i => (float)i)];

    [Fact]
    public void Bins_count_every_training_value_where_a_server_would_count_it() =>
        Prop.ForAll(Gen.Choose(-20, 20).Select(static i => i / 4f).NonEmptyListOf().ToArbitrary(), values =>
        {
            var sorted = values.Order().ToArray();
            var bins = FeatureBins.Of(sorted);
            var feature = Number(bins, sorted[0], sorted[^1]);
            return bins.IsSound && bins.Counts.Sum() == sorted.Length && bins.Counts.SequenceEqual(CountsOf(feature, sorted).Take(bins.Counts.Count));
        }).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void Many_different_values_make_ten_bins_of_equal_weight()
    {
        var bins = FeatureBins.Of(Spread);
        Assert.Equal(10, bins.Counts.Count);
        Assert.All(bins.Counts, count => Assert.InRange(count, 99, 101));
    }

    [Fact]
    public void Either_side_of_a_constant_is_drift()
    {
        var feature = Number(FeatureBins.Of([7, 7, 7]), 7, 7);
        Assert.Equal([0, 3, 0, 0, 0, 0], CountsOf(feature, [7, 7, 7]));
        Assert.Equal([1, 0, 2, 0, 1, 2], CountsOf(feature, [6, 8, 9]));
    }

    [Fact]
    public void Index_and_distance_are_those_of_the_formulas()
    {
        Assert.Equal((0.25 * Math.Log(2)) - (0.25 * Math.Log(0.5 / 0.75)), DriftStatistics.StabilityIndex([0.5, 0.5], [0.25, 0.75]), 12);
        Assert.Equal(0, DriftStatistics.StabilityIndex([0.3, 0.7], [0.3, 0.7]));
        Assert.InRange(DriftStatistics.StabilityIndex([1, 0], [0, 1]), 18, 19);
        Assert.Equal(0.25, DriftStatistics.KolmogorovSmirnov([0.5, 0.25, 0.25], [0.25, 0.5, 0.25]), 12);
        Assert.Equal([0, 0], DriftStatistics.Shares([0, 0]));
    }

    [Fact]
    public void What_a_server_shows_of_rows_is_what_the_rows_themselves_say()
    {
        // Ties, constants, missing values, few rows, bins that one side lacks; by counting rows, not by the server's bins.
        var values = Gen.Frequency((5, Gen.Choose(-6, 6).Select(static i => i / 2f)), (1, Gen.Constant(float.NaN)), (1, Gen.Choose(-90, 90).Select(static i => i * 1e30f))).NonEmptyListOf().Select(static list => list.ToArray());
        Prop.ForAll(values.Two().ToArbitrary(), pair =>
        {
            var (training, live) = pair;
            var numbers = training.Where(float.IsFinite).Order().ToArray();
            if (numbers.Length == 0)
                return true;
            var bins = FeatureBins.Of(numbers);
            var document = new FeatureDocument { Name = "x", Profile = new FeatureProfile { Count = numbers.Length, Missing = training.Length - numbers.Length, Min = numbers[0], Max = numbers[^1], Bins = bins } };
            var feature = new FeatureBinning(document, 0, 0);
            var counts = CountsOf(feature, live);
            float[] ends = [float.NegativeInfinity, .. bins.Bounds, float.PositiveInfinity];
            double Share(float[] rows, int bin) => rows.Count(row => bin == ends.Length - 1 ? float.IsNaN(row) : row > ends[bin] && row <= ends[bin + 1]) / (double)rows.Length;
            var index = Enumerable.Range(0, ends.Length).Select(bin => (P: Math.Max(Share(live, bin), 1e-4), Q: Math.Max(Share(training, bin), 1e-4))).Sum(static bin => (bin.P - bin.Q) * Math.Log(bin.P / bin.Q));
            Assert.Equal(index, DriftStatistics.StabilityIndex(DriftStatistics.Shares(counts.AsSpan(0, feature.Labels.Length)), feature.Shares), 9);
            var seen = live.Where(float.IsFinite).ToArray();
            double Below(float[] rows, float end) => rows.Count(row => row <= end) / (double)rows.Length;
            var distance = DriftStatistics.KolmogorovSmirnov(DriftStatistics.Shares(counts.AsSpan(0, feature.Labels.Length - 1)), feature.PresentShares);
            return seen.Length == 0
                || (Math.Abs(distance - bins.Bounds.Max(end => Math.Abs(Below(seen, end) - Below(numbers, end)))) < 1e-12
                    && distance <= seen.Concat(numbers).Max(end => Math.Abs(Below(seen, end) - Below(numbers, end))) + 1e-12);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Fact]
    public void A_window_forgets_what_is_older_and_knows_what_came_before_it_was_asked()
    {
        var time = new FakeTimeProvider();
        var window = new DriftWindow(TimeSpan.FromMinutes(60), time, 1);
        Assert.Equal([5], window.Since([5]));
        time.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal([7], window.Since([7]));
        time.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal([9], window.Since([9]));
        time.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal([4], window.Since([11]));
        time.Advance(TimeSpan.FromMinutes(600));
        Assert.Equal([9], window.Since([20]));
        time.Advance(TimeSpan.FromMinutes(60));
        Assert.Equal([0], window.Since([20]));
    }

    [Fact]
    public void Rare_categories_share_a_bin_and_of_many_features_the_most_important_are_counted()
    {
        var categories = Enumerable.Range(0, 40).Select(static i => "c" + i.ToString(CultureInfo.InvariantCulture)).ToList();
        var colour = new FeatureDocument
        {
            Name = "colour",
            Type = FeatureType.Categorical,
            Categories = categories,
            Importance = 1,
            Profile = new FeatureProfile { Count = 820, CategoryCounts = new(categories.Index().ToDictionary(static c => c.Item, static c => c.Index + 1L), StringComparer.Ordinal) },
        };
        var many = Enumerable.Range(0, 100).Select(i => new FeatureDocument { Name = "n" + i.ToString(CultureInfo.InvariantCulture), Importance = i / 1000.0, Profile = new FeatureProfile { Bins = FeatureBins.Of(Spread) } });
        var drift = new FeatureDrift([colour, .. many]);
        Assert.Equal((64, 37, "colour", "n37"), (drift.Features.Length, drift.Left, drift.Features[0].Name, drift.Features[1].Name));
        Assert.Equal((34, "=c39", "other", 36.0 / 820), (drift.Features[0].Labels.Length, drift.Features[0].Labels[0], drift.Features[0].Labels[^2], drift.Features[0].Shares[^2]));
        using var rows = new RowBuffer(101, 1);
        rows.Add();
        drift.Observe(rows);
        Assert.Equal(64, drift.Read().Sum());
    }

    [Fact]
    public void Threads_that_count_at_once_lose_nothing()
    {
        var drift = new FeatureDrift([new FeatureDocument { Name = "x", Profile = new FeatureProfile { Bins = FeatureBins.Of(Spread) } }]);
        Parallel.For(0, 40_000, _ =>
        {
            using var rows = new RowBuffer(1, 1);
            rows.Add()[0] = 500;
            drift.Observe(rows);
        });
        Assert.Equal(40_000, drift.Read().Sum());
    }

    [Fact]
    public void A_model_whose_bins_contradict_themselves_is_refused()
    {
        Assert.False(new FeatureBins { Bounds = [1, 1], Counts = [1, 1, 1] }.IsSound);
        Assert.False(new FeatureBins { Bounds = [1], Counts = [1] }.IsSound);
        Assert.False(new FeatureBins { Bounds = [1], Counts = [1, -1] }.IsSound);
        Assert.True(new FeatureBins { Bounds = [], Counts = [1] }.IsSound);
    }

    [Fact]
    public async Task A_server_tells_rows_like_those_of_the_training_from_others()
    {
        await using var server = await ServerHarness.StartAsync(("ROW_FILTER", "grade!=poor"), ("UNKNOWN_CATEGORY", "Missing"));
        Assert.Equal(0, await server.MetricAsync(Series("modelop_feature_psi", "size")));
        Assert.Equal(0, await server.MetricAsync("""modelop_drift_window_rows{model="toys",version="toys-3"}"""));
        await server.PostAsync("/predict/batch", Batch(1200, static i => (i * 37 % 101 / 25.0, i % 3, i * 29 % 17)));
        Assert.Equal(1200, await server.MetricAsync("""modelop_drift_window_rows{model="toys",version="toys-3"}"""));
        Assert.InRange(await server.MetricAsync(Series("modelop_feature_psi", "size")), 1e-9, 0.02);
        Assert.InRange(await server.MetricAsync(Series("modelop_feature_ks", "size")), 1e-9, 0.05);
        await server.PostAsync("/predict/batch", Batch(1200, static i => (3.9 + (i % 2), 1, i * 29 % 17)));
        Assert.InRange(await server.MetricAsync(Series("modelop_feature_psi", "size")), 0.25, 10);
        Assert.InRange(await server.MetricAsync(Series("modelop_feature_ks", "size")), 0.4, 0.6);
        Assert.Equal(600, await server.MetricAsync("""modelop_feature_out_of_range_total{model="toys",version="toys-3",feature="size",side="above"}"""));
        Assert.Equal(0, await server.MetricAsync("""modelop_feature_out_of_range_total{model="toys",version="toys-3",feature="size",side="below"}"""));
        await server.PostAsync("/predict", """{"features": {"size": 1, "grade": "poor", "age": null}}""");
        await server.PostAsync("/predict", """{"features": {"size": -1, "grade": "odd", "age": null}}""");
        Assert.Equal(2, await server.MetricAsync(Series("modelop_feature_unknown_categories_total", "grade")));
        Assert.Equal(2, await server.MetricAsync("""modelop_feature_values_total{model="toys",version="toys-3",feature="age",bin="missing"}"""));
        Assert.Equal(1, await server.MetricAsync("""modelop_feature_out_of_range_total{model="toys",version="toys-3",feature="size",side="below"}"""));
        Assert.Equal(0.09, await server.MetricAsync("""modelop_feature_training_share{model="toys",version="toys-3",feature="age",bin="missing"}"""), 0.02);
    }

    [Theory]
    [InlineData("/predict", """{"features": {"size": null, "grade": "best", "age": 1}}""", "size")]
    [InlineData("/predict", """{"features": {"grade": "best", "age": 1}}""", "size")]
    [InlineData("/predict/batch", """{"instances": [{"size": 1, "grade": "best"}, {"size": 1, "grade": "", "age": 1}]}""", "grade")]
    [InlineData("/v2/models/toys/infer", """{"inputs":[{"name":"size","shape":[1],"datatype":"FP32","data":[1]},{"name":"age","shape":[1],"datatype":"FP32","data":[null]}]}""", "grade")]
    public async Task A_missing_value_that_is_refused_is_counted(string path, string body, string feature)
    {
        await using var server = await ServerHarness.StartAsync(("ROUNDS", "2"));
        Assert.Contains(Series("modelop_feature_missing_refused_total", "size") + " 0\n", await server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative)), StringComparison.Ordinal);
        Assert.Equal(422, (await server.PostAsync(path, body)).Status);
        Assert.Equal(1, await server.MetricAsync(Series("modelop_feature_missing_refused_total", feature)));
        // Training saw age missing: that is the bin's.
        Assert.DoesNotContain(Series("modelop_feature_missing_refused_total", "age"), await server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative)), StringComparison.Ordinal);
    }

    private static string Series(string name, string feature) => $$"""{{name}}{model="toys",version="toys-3",feature="{{feature}}"}""";

    private static string Batch(int rows, Func<int, (double Size, int Grade, int Age)> row)
    {
        string[] grades = ["fair", "good", "best"];
        return JsonSerializer.Serialize(new
        {
            instances = Enumerable.Range(0, rows).Select(row).Select(r => new { size = r.Size, grade = grades[r.Grade], age = r.Age }),
        });
    }

    private static FeatureBinning Number(FeatureBins bins, float min, float max) =>
        new(new FeatureDocument { Name = "x", Profile = new FeatureProfile { Count = bins.Counts.Sum(), Min = min, Max = max, Bins = bins } }, 0, 0);

    private static long[] CountsOf(FeatureBinning feature, float[] values)
    {
        var counters = new long[feature.Length];
        feature.Count(values, 1, counters);
        var alone = new long[feature.Length];
        foreach (var value in values)
            feature.Count([value], 1, alone);
        Assert.Equal(alone, counters);
        return counters;
    }
}
