using ModelOperator.Analysis;

namespace ModelOperator.Metrics;

/// <summary>Asks the provider that a query is for.</summary>
/// <param name="prometheus">Prometheus.</param>
/// <param name="web">Any other server.</param>
public sealed class MetricSources(PrometheusClient prometheus, WebMetricClient web) : IMetricSource
{
    /// <inheritdoc/>
    public Task<Sample> QueryAsync(MetricQuery query, CancellationToken cancellationToken) => query switch
    {
        PrometheusQuery promql => prometheus.QueryAsync(promql, cancellationToken),
        WebQuery request => web.QueryAsync(request, cancellationToken),
        _ => throw new NotSupportedException($"no provider answers a {query.GetType().Name}"),
    };
}
