using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace ModelOperator.Kubernetes.Runtime.Metrics;

/// <summary>All series of one metric name. Not thread-safe: the registry holds its lock.</summary>
internal sealed class MetricFamily
{
    private readonly SortedDictionary<string, double> values = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, HistogramState> histograms = new(StringComparer.Ordinal);
    private readonly string name;
    private readonly string? help;
    private readonly string type;
    private readonly bool observed;
    private readonly double[] buckets;

    public MetricFamily(string name, Instrument instrument, double[] buckets)
    {
        this.name = name;
        this.buckets = buckets;
        help = instrument.Description;
        observed = instrument.IsObservable;
        type = TypeOf(instrument);
        IsSet = observed || type == "gauge" && instrument is Gauge<long> or Gauge<double> or Gauge<int>;
    }

    /// <summary>True when a measurement is the value itself and not a change of it.</summary>
    private bool IsSet { get; }

    public void Record(string labels, double value)
    {
        if (type == "histogram")
        {
            if (!histograms.TryGetValue(labels, out var state))
                histograms[labels] = state = new HistogramState(new long[buckets.Length]);
            state.Record(value, buckets);
            return;
        }

        values[labels] = IsSet ? value : values.GetValueOrDefault(labels) + value;
    }

    /// <summary>Drops observed values, so that a series that is no longer reported disappears.</summary>
    public void ForgetObservations()
    {
        if (observed)
            values.Clear();
    }

    public void Write(StringBuilder text)
    {
        if (values.Count == 0 && histograms.Count == 0)
            return;
        if (!string.IsNullOrEmpty(help))
        {
            text.Append("# HELP ").Append(name).Append(' ');
            PrometheusText.Escape(text, help, quotes: false);
            text.Append('\n');
        }

        text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        foreach (var (labels, value) in values)
            Sample(text, name, labels, null, PrometheusText.Number(value));
        foreach (var (labels, state) in histograms)
            WriteHistogram(text, labels, state);
    }

    private static string TypeOf(Instrument instrument) => instrument switch
    {
        Counter<long> or Counter<int> or Counter<double> or ObservableCounter<long> or ObservableCounter<int> or ObservableCounter<double> => "counter",
        Histogram<double> or Histogram<long> or Histogram<int> or Histogram<float> => "histogram",
        _ => "gauge",
    };

    private void WriteHistogram(StringBuilder text, string labels, HistogramState state)
    {
        long cumulative = 0;
        for (var i = 0; i < buckets.Length; i++)
        {
            cumulative += state.Counts[i];
            Sample(text, name + "_bucket", labels, PrometheusText.Number(buckets[i]), cumulative.ToString(CultureInfo.InvariantCulture));
        }

        Sample(text, name + "_bucket", labels, "+Inf", state.Count.ToString(CultureInfo.InvariantCulture));
        Sample(text, name + "_sum", labels, null, PrometheusText.Number(state.Sum));
        Sample(text, name + "_count", labels, null, state.Count.ToString(CultureInfo.InvariantCulture));
    }

    private static void Sample(StringBuilder text, string name, string labels, string? upperBound, string value)
    {
        text.Append(name);
        if (labels.Length > 0 || upperBound is not null)
        {
            text.Append('{').Append(labels);
            if (upperBound is not null)
                text.Append(labels.Length > 0 ? "," : "").Append("le=\"").Append(upperBound).Append('"');
            text.Append('}');
        }

        text.Append(' ').Append(value).Append('\n');
    }
}
