using ModelOperator.Carbon;
using ModelOperator.Carbon.Metering;

namespace ModelOperator.EnergyMetering;

/// <summary>
/// CPU energy of a Pod out of Kepler's counters. Zones overlap (the package holds the cores), so one way through them is taken: psys alone, else package and dram,
/// else core. Kepler gives a Pod the active energy only; the node's idle energy is nobody's there. Pure.
/// </summary>
public static class KeplerSeries
{
    // A Pod's part of a node: nothing a node of today exceeds.
    private static readonly Power NodeLimit = new(4_000);

    /// <summary>Adds the CPU's readings to the evidence; leaves it as it is when there are no usable series.</summary>
    public static PowerEvidence Read(PowerEvidence evidence, PowerQuestion question, IReadOnlyList<PowerSeries> series)
    {
        var zones = series.Where(s => s.Samples.Count > 1).ToLookup(s => Kind(s.Label("zone")), StringComparer.Ordinal);
        string[] taken = zones.Contains("psys") ? ["psys"] : zones.Contains("package") ? ["package", "dram"] : ["core"];
        var readings = taken.Where(zones.Contains).SelectMany(zone => zones[zone].GroupBy(s => (s.Label("zone"), s.Label("pod_id")))).Select(g => Reading(question, [.. g])).ToList();
        return readings.Count == 0 ? evidence : evidence with
        {
            Cpu = readings,
            CpuIncludesMemory = taken.Contains("psys") || zones.Contains("dram"),
            CpuSource = $"Kepler in Prometheus, {string.Join(" + ", taken.Where(zones.Contains))}, the Pod's active energy without the node's idle energy",
        };
    }

    private static EnergyReading Reading(PowerQuestion question, List<PowerSeries> series)
    {
        var counts = series.SelectMany(s => s.Samples).Select(s => new CounterReading(s.At, double.IsFinite(s.Value) && s.Value >= 0 ? (ulong)Math.Round(s.Value * 1000) : null)).Distinct().ToList();
        return EnergyFromCounter.Sum(EnergyCounter.Nvml(NodeLimit), counts, question.Start, question.End, null, new MeteringOptions(TimeSpan.FromSeconds(30)));
    }

    private static string Kind(string zone) => zone.Split('-', ':')[0];
}
