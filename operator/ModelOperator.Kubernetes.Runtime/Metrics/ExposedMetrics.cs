using System.Diagnostics.CodeAnalysis;

namespace ModelOperator.Kubernetes.Runtime.Metrics;

/// <summary>The runtime's metrics together with what exposes them: zeros written before somebody listens would be lost.</summary>
/// <param name="Metrics">Measurements.</param>
/// <param name="Registry">Their text form, with that of every other meter whose name starts with <c>ModelOperator.</c>.</param>
internal sealed record ExposedMetrics(RuntimeMetrics Metrics, PrometheusRegistry Registry)
{
    [SuppressMessage("Reliability", "CA2000", Justification = "Both are handed to the service container, which disposes them.")]
    public static ExposedMetrics Create()
    {
        var scope = new object();
        var registry = new PrometheusRegistry(meter =>
            meter.Name == RuntimeMetrics.MeterName ? ReferenceEquals(meter.Scope, scope) : meter.Name.StartsWith("ModelOperator.", StringComparison.Ordinal));
        return new ExposedMetrics(new RuntimeMetrics(scope), registry);
    }
}
