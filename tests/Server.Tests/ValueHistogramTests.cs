using ModelOperator.ModelFormat;
using ModelOperator.Server.Feedback;
using ModelOperator.Server.Metrics;
using ModelOperator.Server.PredictionLogs;
using ModelOperator.Server.Predictions;

namespace ModelOperator.Server.Tests;

/// <summary>Predictions by value, and scores by truth.</summary>
public sealed class ValueHistogramTests
{
    [Fact]
    public void Bounds_rise_and_a_value_lies_at_or_below_its_bound()
    {
        foreach (var bounds in new[] { ValueHistogram.Scores, ValueHistogram.Numbers })
        {
            Assert.True(bounds.Zip(bounds.Skip(1)).All(pair => pair.First < pair.Second));
            foreach (var value in bounds.Append(double.MaxValue).Append(-1e9).Append(double.NaN))
            {
                var histogram = new ValueHistogram(bounds);
                histogram.Observe(value);
                Assert.Equal([.. bounds.Select(bound => bound >= value ? 1L : 0L), 1L], histogram.Read().Cumulative);
            }
        }
    }

    [Fact]
    public void Threads_lose_no_value()
    {
        var histogram = new ValueHistogram(ValueHistogram.Scores);
        Parallel.For(0, 1000, _ => histogram.Observe([0.25f, 0.5f, 0.75f]));
        var (cumulative, sum) = histogram.Read();
        Assert.Equal((3000, 1500), (cumulative[^1], sum));
    }

    [Fact]
    public async Task Every_prediction_is_counted_from_the_first_scrape_on()
    {
        const string all = """modelop_prediction_value_bucket{model="toys",version="toys-3",le="+Inf"}""";
        await using var server = await ServerHarness.StartAsync();
        var text = await server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Contains(all + " 0\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("modelop_feedback_score", text, StringComparison.Ordinal);
        var (_, body) = await server.PostAsync("/predict", """{"instances": [{"size": 1.5, "grade": "good"}, {"size": 2, "grade": "good"}]}""");
        await server.CountedAsync(2, all);
        var values = body.GetProperty("predictions").EnumerateArray().Select(p => p.GetProperty("prediction").GetDouble()).ToArray();
        await server.CountedAsync(values.Count(v => v <= 50), """modelop_prediction_value_bucket{model="toys",version="toys-3",le="50"}""");
        Assert.Equal(values.Sum(), await server.MetricAsync("""modelop_prediction_value_sum{model="toys",version="toys-3"}"""), 1e-3);
    }

    [Fact]
    public void A_binary_models_truths_are_counted_by_score_and_label()
    {
        using var ids = new PredictionIds("toys-3", null);
        var metrics = new VersionMetrics(ServerHarness.Options("/nowhere"), TimeProvider.System, "toys", "toys-3");
        var judge = new FeedbackJudge(ids, metrics, PredictionLog.None);
        var target = new TargetDocument { Name = "y", Type = TargetType.Binary, Classes = ["no", "yes"] };
        Assert.Null(judge.Judge(new(ids.Create(0.9), null, "yes"), target));
        Assert.Null(judge.Judge(new(ids.Create(0.2), 0, null), target));
        Assert.Null(judge.Judge(new(ids.Create(0.3), 0, null), target));
        Assert.Equal("truth", judge.Judge(new(ids.Create(0.9), 0.5, null), target));
        Assert.Null(judge.Judge(new(ids.Create(0.9), 1, null), new() { Name = "y", Type = TargetType.Regression }));
        Assert.Equal((1, 0.9), (metrics.Scores(1).Read().Cumulative[^1], metrics.Scores(1).Read().Sum));
        Assert.Equal((2, 0.5), (metrics.Scores(0).Read().Cumulative[^1], metrics.Scores(0).Read().Sum));
    }
}
