using System.Diagnostics.Metrics;
using System.Text;

namespace ModelOperator.Kubernetes.Runtime.Metrics;

/// <summary>
/// Collects System.Diagnostics.Metrics instruments and writes them as Prometheus text format 0.0.4. Names are taken as they are,
/// with characters outside <c>[a-zA-Z0-9_:]</c> replaced by <c>_</c>. Thread-safe.
/// </summary>
public sealed class PrometheusRegistry : IDisposable
{
    /// <summary>Content type of <see cref="Write"/>.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly Lock gate = new();
    private readonly MeterListener listener = new();
    private readonly SortedDictionary<string, MetricFamily> families = new(StringComparer.Ordinal);
    private readonly double[] buckets;

    /// <summary>Starts to listen.</summary>
    /// <param name="select">Which meters are exposed.</param>
    /// <param name="buckets">Upper bounds of histogram buckets, ascending; default 5 ms to 60 s. An instrument's own advice goes before.</param>
    public PrometheusRegistry(Func<Meter, bool> select, double[]? buckets = null)
    {
        this.buckets = buckets ?? [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
        listener.InstrumentPublished = (instrument, subscriber) =>
        {
            if (select(instrument.Meter))
                subscriber.EnableMeasurementEvents(instrument, FamilyOf(instrument));
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, state) => Record(state, value, tags));
        listener.SetMeasurementEventCallback<int>((_, value, tags, state) => Record(state, value, tags));
        listener.SetMeasurementEventCallback<double>((_, value, tags, state) => Record(state, value, tags));
        listener.SetMeasurementEventCallback<float>((_, value, tags, state) => Record(state, value, tags));
        listener.Start();
    }

    /// <summary>The current values of all instruments.</summary>
    public string Write()
    {
        lock (gate)
        {
            foreach (var family in families.Values)
                family.ForgetObservations();
        }

        listener.RecordObservableInstruments();
        var text = new StringBuilder();
        lock (gate)
        {
            foreach (var family in families.Values)
                family.Write(text);
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    public void Dispose() => listener.Dispose();

    private MetricFamily FamilyOf(Instrument instrument)
    {
        var name = PrometheusText.Name(instrument.Name);
        lock (gate)
        {
            if (!families.TryGetValue(name, out var family))
                families[name] = family = new MetricFamily(name, instrument, (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries?.ToArray() ?? buckets);
            return family;
        }
    }

    private void Record(object? state, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (state is not MetricFamily family)
            return;
        var labels = PrometheusText.Labels(tags);
        lock (gate)
            family.Record(labels, value);
    }
}
