using ModelOperator.Carbon;
using ModelOperator.Carbon.Metering;

namespace ModelOperator.EnergyAgent;

/// <summary>Turns counters that wrap every few minutes into totals that only grow, which is what Prometheus wants. Not thread-safe.</summary>
public sealed class RaplTotals
{
    // A package without a named limit: more than any draws, so that a wrap is never taken for a reset.
    private static readonly Power Unnamed = new(1_000);

    private readonly Dictionary<string, (DateTimeOffset At, ulong Value, double Joules)> totals = new(StringComparer.Ordinal);

    /// <summary>Adds a look. A counter that could not be read adds nothing; the next that can spans the time between.</summary>
    /// <returns>Joules since the agent's first look, by folder of the domain.</returns>
    public IReadOnlyDictionary<string, double> Add(IEnumerable<RaplZone> zones, DateTimeOffset now)
    {
        foreach (var zone in zones)
        {
            if (zone.Microjoules is not { } value)
                continue;
            var joules = 0.0;
            if (totals.TryGetValue(zone.Folder, out var before))
            {
                if (now <= before.At)
                    continue;
                var counter = EnergyCounter.Rapl(zone.Range, zone.MaxWatts is { } watts ? new(watts * 2) : Unnamed);
                joules = before.Joules + EnergyFromCounter.Sum(counter, [new(before.At, before.Value), new(now, value)], before.At, now).Joules;
            }

            totals[zone.Folder] = (now, value, joules);
        }

        return totals.ToDictionary(t => t.Key, t => t.Value.Joules, StringComparer.Ordinal);
    }
}
