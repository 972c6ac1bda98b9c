using System.Diagnostics.Metrics;
using System.Globalization;
using ModelOperator.EnergyMetering;
using ModelOperator.Serving;
using ModelOperator.Tests.EnergyMetering;
using ModelOperator.Tests.Registry;

namespace ModelOperator.Tests.Serving;

public sealed class ServingMetricsTests : IAsyncLifetime
{
    private FakePrometheus prometheus = null!;

    public async Task InitializeAsync() => prometheus = await FakePrometheus.StartAsync();

    public async Task DisposeAsync() => await prometheus.DisposeAsync();

    [Fact]
    public void Grams_per_thousand_predictions_are_the_servers_own_and_the_gateways_alike_for_each_request()
    {
        ServingLook Look(string component, string version, double milligrams) => new("ml", "price", component, version, "ModelledCPU", 1, milligrams);
        ServingLook[] looks = [Look("server", "v1", 900), Look("server", "v2", 200), Look("server", "v3", 50), Look("gateway", "v1", 400)];
        var counts = new Dictionary<string, long> { ["v1"] = 300, ["v2"] = 100, ["v3"] = 0 };
        var results = ServingMetrics.PerThousand(looks, new Dictionary<(string, string), IReadOnlyDictionary<string, long>> { [("ml", "price")] = counts });
        // v1: 3 mg of its own and 1 of the gateway's for each of 400. v3 answered nothing: no figure, and no infinite one.
        Assert.Equal([("v1", 4.0), ("v2", 3.0)], results.Select(static r => (r.Key.Version, r.Value)));
        Assert.Empty(ServingMetrics.PerThousand(looks, new Dictionary<(string, string), IReadOnlyDictionary<string, long>>()));
    }

    [Fact]
    public async Task Without_a_database_hours_are_counted_and_the_last_hour_is_shown()
    {
        await using var world = new ServingWorld();
        var added = new List<string>();
        using var listener = Listen(world, static i => !i.IsObservable, added);
        world.Start("price-1-a");
        world.Start("price-1-b");
        world.Start("gateway", ServingPod.Gateway);
        await world.AdvanceAsync(30);
        Assert.Equal(["modelop_serving_power_watts gateway|ModelledCPU|diamonds-1 2.4", "modelop_serving_power_watts server|ModelledCPU|diamonds-1 4.8"], Read(world));
        await world.AdvanceAsync(35);
        Assert.Contains("modelop_serving_energy_joules_total gateway|ModelledCPU 8640", added);
        Assert.Contains("modelop_serving_energy_joules_total server|ModelledCPU 17280", added);
        await world.AdvanceAsync(30);
        Assert.Equal(2, added.Count(static a => a.StartsWith("modelop_serving_energy", StringComparison.Ordinal)));
        Assert.Equal(Samples.Noon.AddHours(1), world.Meter.BookedUntil);
    }

    [Fact]
    public async Task Figures_that_cannot_be_told_now_are_not_told_at_all()
    {
        await using var world = new ServingWorld(null, prometheus);
        world.Start("price-1-a");
        world.Record("modelop_gateway_requests_total{namespace=\"ml\",canary=\"price\",version=\"diamonds-1\",pod=\"g\",code=\"200\"}", -60, 1_200, s => 100 + s);
        await world.AdvanceAsync(10);
        Assert.Equal(2, Read(world).Count);
        for (var i = 0; i < 100; i++)
            prometheus.Failures.Enqueue(503);
        await world.AdvanceAsync(5);
        Assert.Empty(Read(world));
    }

    [Fact]
    public void Requests_are_counted_from_where_a_counter_stood_and_a_young_gateway_began_at_zero()
    {
        var (start, end) = (Samples.Noon, Samples.Noon.AddHours(1));
        static PowerSeries Series(string name, string pod, string version, string code, params (int Minute, double Value)[] samples) => new(
            new Dictionary<string, string> { ["__name__"] = name, ["pod"] = pod, ["version"] = version, ["code"] = code },
            [.. samples.Select(static s => (Samples.Noon.AddMinutes(s.Minute), s.Value))]);
        const string Requests = "modelop_gateway_requests_total";
        PowerSeries[] series =
        [
            // Known before: 40. A code that came later, of a gateway that was watched: 5 from zero.
            Series(Requests, "old", "v1", "200", (-1, 100), (30, 120), (60, 140)),
            Series(Requests, "old", "v1", "204", (30, 4), (60, 5)),
            // One that nobody watched at the start, and is older: from its first sample.
            Series(Requests, "lost", "v1", "200", (30, 1_000), (60, 1_001)),
            Series(Requests, "young", "v1", "200", (30, 7), (60, 9)),
            Series(Requests, "old", "v1", "500", (-1, 0), (60, 99)),
            Series("modelop_gateway_weight", "old", "v2", "", (-1, 0), (60, 5)),
        ];
        var counts = GatewayRequests.Count(series, start, end, new HashSet<string> { "young" })!;
        Assert.Equal([("v1", 55L), ("v2", 0L)], counts.Select(static c => (c.Key, c.Value)).Order());
        Assert.Null(GatewayRequests.Count([], start, end, new HashSet<string>()));
    }

    /// <summary>The gauges as they are now.</summary>
    private static List<string> Read(ServingWorld world)
    {
        var seen = new List<string>();
        using var listener = Listen(world, static i => i.IsObservable, seen);
        listener.RecordObservableInstruments();
        return [.. seen.Order(StringComparer.Ordinal)];
    }

    private static MeterListener Listen(ServingWorld world, Func<Instrument, bool> which, List<string> seen)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, subscriber) =>
            {
                if (ReferenceEquals(instrument.Meter, world.Metrics.Meter) && which(instrument))
                    subscriber.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => seen.Add(Text(instrument, value, tags)));
        listener.Start();
        return listener;
    }

    private static string Text(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        string.Create(CultureInfo.InvariantCulture, $"{instrument.Name} {string.Join('|', tags.ToArray().Where(static t => t.Key is "component" or "method" or "version").OrderBy(static t => t.Key, StringComparer.Ordinal).Select(static t => t.Value))} {Math.Round(value, 3)}");
}
