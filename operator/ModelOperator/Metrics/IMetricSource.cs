using ModelOperator.Analysis;

namespace ModelOperator.Metrics;

/// <summary>Answers a query with one number, or says why it cannot.</summary>
public interface IMetricSource
{
    /// <summary>The answer; an outage is a sample of kind QueryFailed, never an exception.</summary>
    /// <param name="address">Address of the provider.</param>
    /// <param name="query">Query in the provider's language.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<Sample> QueryAsync(string address, string query, CancellationToken cancellationToken);

    /// <summary>The answer as it was at a time; a provider that keeps no past says so.</summary>
    /// <param name="address">Address of the provider.</param>
    /// <param name="query">Query in the provider's language.</param>
    /// <param name="at">The time; now when null.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<Sample> QueryAsync(string address, string query, DateTimeOffset? at, CancellationToken cancellationToken) =>
        at is null ? QueryAsync(address, query, cancellationToken) : Task.FromResult(Sample.Failure($"The provider at {address} answers for now only"));
}
