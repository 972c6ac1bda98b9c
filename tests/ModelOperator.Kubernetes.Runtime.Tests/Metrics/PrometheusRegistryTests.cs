using System.Diagnostics.Metrics;
using ModelOperator.Kubernetes.Runtime.Metrics;

namespace ModelOperator.Kubernetes.Runtime.Tests.Metrics;

public sealed class PrometheusRegistryTests : IDisposable
{
    private readonly Meter _meter = new(new MeterOptions("test") { Scope = new object() });
    private readonly PrometheusRegistry _registry;

    public PrometheusRegistryTests() => _registry = new PrometheusRegistry(meter => ReferenceEquals(meter.Scope, _meter.Scope), [0.1, 1]);

    public void Dispose()
    {
        _registry.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void The_text_of_every_instrument_is_as_prometheus_reads_it()
    {
        var counter = _meter.CreateCounter<long>("requests_total", null, "Requests.");
        var histogram = _meter.CreateHistogram<double>("duration_seconds", null, "Duration.");
        var active = _meter.CreateUpDownCounter<int>("active", null, "Active\nnow \\ here.");
        var level = _meter.CreateGauge<double>("level");
        _meter.CreateObservableGauge("observed", () => new Measurement<long>(7, Tag("name", "a")));
        _meter.CreateObservableCounter("observed_total", () => 3.5);
        counter.Add(2, Tag("code", "200"), Tag("arm", "x"));
        counter.Add(1, Tag("arm", "x"), Tag("code", "200"));
        counter.Add(0, Tag("arm", "y"), Tag("code", "500"));
        histogram.Record(0.05);
        histogram.Record(0.1);
        histogram.Record(0.5);
        histogram.Record(50);
        active.Add(3);
        active.Add(-1);
        level.Record(4);
        level.Record(2.5);
        Assert.Equal(
            """
            # HELP active Active\nnow \\ here.
            # TYPE active gauge
            active 2
            # HELP duration_seconds Duration.
            # TYPE duration_seconds histogram
            duration_seconds_bucket{le="0.1"} 2
            duration_seconds_bucket{le="1"} 3
            duration_seconds_bucket{le="+Inf"} 4
            duration_seconds_sum 50.65
            duration_seconds_count 4
            # TYPE level gauge
            level 2.5
            # TYPE observed gauge
            observed{name="a"} 7
            # TYPE observed_total counter
            observed_total 3.5
            # HELP requests_total Requests.
            # TYPE requests_total counter
            requests_total{arm="x",code="200"} 3
            requests_total{arm="y",code="500"} 0

            """.ReplaceLineEndings("\n"),
            _registry.Write());
    }

    [Fact]
    public void Observed_values_do_not_add_up_from_scrape_to_scrape_and_vanish_with_their_source()
    {
        var present = true;
        _meter.CreateObservableCounter("c_total", () => present ? new[] { new Measurement<long>(5) } : []);
        _registry.Write();
        Assert.Contains("c_total 5\n", _registry.Write(), StringComparison.Ordinal);
        present = false;
        Assert.DoesNotContain("c_total", _registry.Write(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("quote\"d", "quote\\\"d")]
    [InlineData("back\\slash", "back\\\\slash")]
    [InlineData("two\nlines", "two\\nlines")]
    [InlineData("", "")]
    public void Label_values_are_escaped(string raw, string written)
    {
        _meter.CreateCounter<long>("c").Add(1, Tag("l", raw));
        Assert.Contains($"c{{l=\"{written}\"}} 1\n", _registry.Write(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.b-c", "a_b_c")]
    [InlineData("9lives", "_9lives")]
    [InlineData("ok:name_1", "ok:name_1")]
    public void Names_are_made_valid(string raw, string written) => Assert.Equal(written, PrometheusText.Name(raw));

    [Theory]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(0.1, "0.1")]
    [InlineData(1e21, "1E+21")]
    public void Numbers_are_exact(double value, string written) => Assert.Equal(written, PrometheusText.Number(value));

    [Fact]
    public void Foreign_meters_are_not_exposed()
    {
        using var foreign = new Meter("foreign");
        foreign.CreateCounter<long>("foreign_total").Add(1);
        Assert.DoesNotContain("foreign_total", _registry.Write(), StringComparison.Ordinal);
    }

    private static KeyValuePair<string, object?> Tag(string name, object? value) => new(name, value);
}
