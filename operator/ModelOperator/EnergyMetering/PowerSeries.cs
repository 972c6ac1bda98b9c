namespace ModelOperator.EnergyMetering;

/// <summary>One series of Prometheus: labels and samples in order of time.</summary>
/// <param name="Labels">Labels, the name included.</param>
/// <param name="Samples">Time and value; NaN where the exporter had none.</param>
public sealed record PowerSeries(IReadOnlyDictionary<string, string> Labels, IReadOnlyList<(DateTimeOffset At, double Value)> Samples)
{
    /// <summary>Name of the metric.</summary>
    public string Name => Label("__name__");

    /// <summary>A label; empty when absent, as in PromQL.</summary>
    public string Label(string name) => Labels.GetValueOrDefault(name) ?? "";

    /// <summary>Namespace and name of the Pod that the sample is about, whichever way Prometheus keeps labels of the exporter.</summary>
    public (string Namespace, string Pod) Pod =>
        Label("exported_pod").Length > 0 ? (Label("exported_namespace"), Label("exported_pod")) : (Label("namespace"), Label("pod"));
}
