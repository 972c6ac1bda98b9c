using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using ModelOperator.Carbon.Grid;

namespace ModelOperator.GridSources;

/// <summary>Measurements of the intensity sources. Thread-safe.</summary>
public sealed class GridSourceMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "ModelOperator.GridSources";

    private readonly Meter meter = new(MeterName);
    private readonly Counter<long> looks;
    private readonly ConcurrentDictionary<(string Zone, string Signal), GridSlot> last = new();

    /// <summary>Makes the meter.</summary>
    /// <param name="time">Clock, for ages.</param>
    public GridSourceMetrics(TimeProvider time)
    {
        looks = meter.CreateCounter<long>("modelop_grid_source_looks_total", null, "Looks at an intensity source by result: answered, problem.");
        meter.CreateObservableGauge(
            "modelop_grid_intensity_grams_per_kilowatt_hour", () => last.Select(l => Of(l.Key, (double)l.Value.Intensity.GramsPerKilowattHour)), null,
            "Last known intensity of a zone by signal.");
        meter.CreateObservableGauge(
            "modelop_grid_intensity_age_seconds", () => last.Select(l => Of(l.Key, Math.Max(0, (time.GetUtcNow() - l.Value.End).TotalSeconds))), null,
            "Time since the end of the last known slot of a zone by signal.");
    }

    /// <summary>A source was asked.</summary>
    /// <param name="source">Its name.</param>
    /// <param name="good">Whether it answered without a problem.</param>
    public void Asked(string source, bool good) => looks.Add(
        1, new KeyValuePair<string, object?>("source", source), new KeyValuePair<string, object?>("result", good ? "answered" : "problem"));

    /// <summary>A zone was looked at.</summary>
    public void Saw<TSignal>(string zone, GridTimeline<TSignal> timeline)
        where TSignal : struct, IGridSignal
    {
        if (timeline.LastKnown is { } slot)
            last[(zone, TSignal.Kind.ToString())] = slot;
    }

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();

    private static Measurement<double> Of((string Zone, string Signal) key, double value) =>
        new(value, new KeyValuePair<string, object?>("zone", key.Zone), new KeyValuePair<string, object?>("signal", key.Signal));
}
