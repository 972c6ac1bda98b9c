using ModelOperator.Analysis;

namespace ModelOperator.Metrics;

/// <summary>Answers a query with one number, or says why it cannot.</summary>
public interface IMetricSource
{
    /// <summary>The answer; an outage is a sample of kind QueryFailed, never an exception.</summary>
    /// <param name="query">The query, with the provider that it is for.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<Sample> QueryAsync(MetricQuery query, CancellationToken cancellationToken);
}
