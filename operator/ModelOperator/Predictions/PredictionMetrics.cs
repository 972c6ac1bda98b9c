using System.Diagnostics.Metrics;

namespace ModelOperator.Predictions;

/// <summary>Measurements of the receiver. Thread-safe.</summary>
public sealed class PredictionMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "ModelOperator.Predictions";

    private readonly Meter meter = new(MeterName);
    private readonly Counter<long> rows;

    /// <summary>Makes the meter.</summary>
    public PredictionMetrics()
    {
        rows = meter.CreateCounter<long>("modelop_predictions_received_total", null, "Predictions and truths by result: taken (committed), refused (not sound), away (put off; the server sends them again).");
        foreach (var result in new[] { "taken", "refused", "away" })
            Count(result, 0);
    }

    /// <summary>Counts rows.</summary>
    /// <param name="result">What became of them.</param>
    /// <param name="count">How many.</param>
    public void Count(string result, int count) => rows.Add(count, new KeyValuePair<string, object?>("result", result));

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();
}
