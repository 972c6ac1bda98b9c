using System.Diagnostics.Metrics;

namespace ModelOperator.Registry;

/// <summary>Measurements of the history. Thread-safe.</summary>
public sealed class RegistryMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "ModelOperator.Registry";

    private static readonly string[] Results = ["written", "unchanged", "away", "rejected", "dropped"];

    private readonly Meter meter = new(MeterName);
    private readonly Counter<long> writes;

    /// <summary>Makes the meter; all series start at zero.</summary>
    public RegistryMetrics()
    {
        writes = meter.CreateCounter<long>(
            "modelop_registry_writes_total", null,
            "Passes by result: written, unchanged (nothing to write), away (put off), rejected (refused by the database), dropped (facts lost in an outage).");
        foreach (var result in Results)
            writes.Add(0, new KeyValuePair<string, object?>("result", result));
        meter.CreateObservableGauge("modelop_registry_up", () => IsUp?.Invoke() == true ? 1L : 0L, null, "1 while the last contact with the database was good.");
        meter.CreateObservableGauge("modelop_registry_pending", () => (long)(Pending?.Invoke() ?? 0), null, "Objects and facts that wait to be written.");
    }

    /// <summary>Reads whether the database is there.</summary>
    public Func<bool>? IsUp { get; set; }

    /// <summary>Reads what waits.</summary>
    public Func<int>? Pending { get; set; }

    /// <summary>Passes ended with a result.</summary>
    /// <param name="result">written, unchanged, away, rejected or dropped.</param>
    /// <param name="count">How many.</param>
    public void Wrote(string result, long count = 1) => writes.Add(count, new KeyValuePair<string, object?>("result", result));

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();
}
