using System.Diagnostics.Metrics;

namespace ModelOperator.Serving;

/// <summary>
/// Measurements of serving, by the leading replica. What is summed has no names of objects; what canaries are compared by has them, for those that have Pods now.
/// Thread-safe.
/// </summary>
public sealed class ServingMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "ModelOperator.Serving";

    private const double JoulesPerMilliwattHour = 3.6;
    private const double Thousand = 1000;

    private readonly Counter<double> energy;
    private readonly Counter<double> emissions;
    private volatile IReadOnlyList<ServingLook> looks = [];
    private volatile IReadOnlyDictionary<(string Namespace, string Canary, string Version), double> perThousand = new Dictionary<(string, string, string), double>();

    /// <summary>The meter.</summary>
    public Meter Meter { get; } = new(MeterName);

    /// <summary>Makes the meter.</summary>
    public ServingMetrics()
    {
        energy = Meter.CreateCounter<double>("modelop_serving_energy_joules_total", null, "Energy of model servers and gateways in booked hours, by method.");
        emissions = Meter.CreateCounter<double>("modelop_serving_co2e_grams_total", null, "Emissions of model servers and gateways in booked hours.");
        Meter.CreateObservableGauge(
            "modelop_serving_power_watts",
            () => looks.Select(static l => new Measurement<double>(l.Watts, [.. Names(l.Namespace, l.Canary, l.Version), new("component", l.Component), new("method", l.Method)])),
            null, "Mean power of a canary's Pods over the last hour.");
        Meter.CreateObservableGauge(
            "modelop_serving_co2e_grams_per_thousand_predictions",
            () => perThousand.Select(static p => new Measurement<double>(p.Value, Names(p.Key.Namespace, p.Key.Canary, p.Key.Version))),
            null, "Emissions of a version's servers, and of its part of the gateway, per 1,000 requests answered 2xx over the last hour.");
    }

    /// <summary>Hours were booked.</summary>
    public void Booked(IEnumerable<ServingHour> hours)
    {
        foreach (var hour in hours)
        {
            KeyValuePair<string, object?>[] labels = [new("namespace", hour.Namespace), new("component", hour.Component)];
            energy.Add(hour.Energy.Energy.MilliwattHours * JoulesPerMilliwattHour, [.. labels, new("method", hour.Method)]);
            emissions.Add(hour.Energy.Emissions.Milligrams / Thousand, labels);
        }
    }

    /// <summary>What Pods took lately; replaces what was there.</summary>
    /// <param name="now">Looks.</param>
    /// <param name="predictions">Predictions by version over the same time, of the canaries whose gateways tell them.</param>
    public void Looked(IReadOnlyList<ServingLook> now, IReadOnlyDictionary<(string Namespace, string Canary), IReadOnlyDictionary<string, long>> predictions) =>
        (looks, perThousand) = (now, PerThousand(now, predictions));

    /// <inheritdoc/>
    public void Dispose() => Meter.Dispose();

    /// <summary>Grams per 1,000 predictions: of the version's servers, and of the gateway alike for each request. Without predictions there is none. Pure.</summary>
    public static IReadOnlyDictionary<(string Namespace, string Canary, string Version), double> PerThousand(
        IReadOnlyList<ServingLook> looks, IReadOnlyDictionary<(string Namespace, string Canary), IReadOnlyDictionary<string, long>> predictions)
    {
        var results = new Dictionary<(string, string, string), double>();
        foreach (var (canary, counts) in predictions)
        {
            var own = looks.Where(l => (l.Namespace, l.Canary) == canary).ToList();
            var gateway = own.Where(static l => l.Component == ServingPod.Gateway).Sum(static l => l.Milligrams) / Math.Max(1, counts.Values.Sum());
            foreach (var servers in own.Where(static l => l.Component == ServingPod.Server).GroupBy(static l => l.Version))
            {
                // Grams per thousand are milligrams per one.
                if (counts.GetValueOrDefault(servers.Key) is > 0 and var count)
                    results[(canary.Namespace, canary.Canary, servers.Key)] = (servers.Sum(static l => l.Milligrams) / count) + gateway;
            }
        }

        return results;
    }

    private static KeyValuePair<string, object?>[] Names(string space, string canary, string version) => [new("namespace", space), new("canary", canary), new("version", version)];
}
