using System.Text.RegularExpressions;
using ModelOperator.Server.Hosting;
using ModelOperator.Server.Http;
using ModelOperator.Server.Metrics;

namespace ModelOperator.Server.Tests;

public sealed partial class MetricsTests
{
    [Fact]
    public async Task Requests_are_counted_by_status_and_timed_by_route()
    {
        await using var server = await ServerHarness.StartAsync();
        await server.PostAsync("/predict", """{"features": {"size": 1.5, "grade": "good", "age": 3}}""");
        await server.PostAsync("/predict", """{"instances": [{"size": 1.5, "grade": "good"}, {"size": 2, "grade": "good"}]}""");
        await server.PostAsync("/predict", "{");
        await server.PostAsync("/v2/models/other/infer", "{}");
        await server.CountedAsync(2, """modelop_predictions_total{model="toys",version="toys-3",code="200"}""");
        await server.CountedAsync(1, """modelop_predictions_total{model="toys",version="toys-3",code="400"}""");
        Assert.Equal(3, await server.MetricAsync("""modelop_predicted_rows_total{model="toys",version="toys-3"}"""));
        await server.CountedAsync(3, """modelop_server_request_duration_seconds_count{model="toys",version="toys-3",route="predict"}""");
        var (_, health) = await server.GetAsync("/health");
        Assert.Equal((3, "ready"), (health.GetProperty("predictionCount").GetInt32(), health.GetProperty("status").GetString()));
        Assert.True(health.GetProperty("uptimeSeconds").GetDouble() > 0);
    }

    [Fact]
    public async Task Every_line_is_of_the_text_format_and_every_family_is_declared_once()
    {
        await using var server = await ServerHarness.StartAsync();
        await server.PostAsync("/predict", "{");
        using var response = await server.Client.GetAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        var text = await response.Content.ReadAsStringAsync();
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.Matches(Line(), line));
        var families = lines.Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line.Split(' ')[2]).ToList();
        Assert.Equal(families.Count, families.Distinct().Count());
        Assert.Equal(lines.Length, lines.Distinct().Count());
    }

    [Fact]
    public void A_server_that_knows_its_canary_says_so_in_every_series_of_its_version()
    {
        var lines = Expose("prices").Split('\n').Where(line => line.Contains("version=", StringComparison.Ordinal)).ToList();
        Assert.Contains(lines, line => line.StartsWith("modelop_feedback_total{", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("modelop_server_requests{", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.Contains("{model=\"toys\",version=\"toys-3\",canary=\"prices\"", line, StringComparison.Ordinal));
        Assert.DoesNotContain("canary=", Expose(null), StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_and_help_are_escaped() => Assert.Equal(
        "# HELP m a \\\\ b\\nc \"d\"\n# TYPE m gauge\nm{l=\"x\\\\y\\\"z\\n\"} +Inf\n",
        new Exposition().Family("m", "gauge", "a \\ b\nc \"d\"").Sample("m", double.PositiveInfinity, ("l", "x\\y\"z\n")).ToString());

    [Fact]
    public void Buckets_hold_their_upper_bound_and_add_up()
    {
        var histogram = new LatencyHistogram();
        foreach (var milliseconds in new[] { 0.5, 0.6, 1, 20_000 })
            histogram.Observe(TimeSpan.FromMilliseconds(milliseconds));
        var (cumulative, sum) = histogram.Read();
        Assert.Equal((1, 3, 3, 4), (cumulative[0], cumulative[1], cumulative[^2], cumulative[^1]));
        Assert.Equal(20.0021, sum, 9);
    }

    private static string Expose(string? canary)
    {
        var options = ServerHarness.Options("/none") with { Canary = canary };
        using var gate = new RequestGate(options);
        using var state = new ModelState(options, TimeProvider.System);
        return new ServerMetrics(state, gate, TimeProvider.System).Expose();
    }

    [GeneratedRegex("""^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z_]+="([^"\\\n]|\\.)*"(,[a-z_]+="([^"\\\n]|\\.)*")*\})? [0-9.eE+-]+|[a-z_]+\{.*\} \+Inf)$""")]
    private static partial Regex Line();
}
