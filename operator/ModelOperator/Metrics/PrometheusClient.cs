using System.Globalization;
using ModelOperator.Analysis;

namespace ModelOperator.Metrics;

/// <summary>Prometheus' instant queries, each within a limit of time; a broken connection is tried once more.</summary>
/// <param name="http">Client without a base address.</param>
/// <param name="timeout">Longest wait for one answer; ten seconds when null.</param>
public sealed class PrometheusClient(HttpClient http, TimeSpan? timeout = null) : IMetricSource
{
    /// <summary>Most bytes read of an answer.</summary>
    public const int MaxBytes = 4 << 20;

    private readonly TimeSpan _timeout = timeout ?? TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public Task<Sample> QueryAsync(string address, string query, CancellationToken cancellationToken) => QueryAsync(address, query, null, cancellationToken);

    /// <inheritdoc/>
    public async Task<Sample> QueryAsync(string address, string query, DateTimeOffset? at, CancellationToken cancellationToken)
    {
        var first = await OnceAsync(address, query, at, cancellationToken);
        return first.Retry ? (await OnceAsync(address, query, at, cancellationToken)).Sample : first.Sample;
    }

    private async Task<(Sample Sample, bool Retry)> OnceAsync(string address, string query, DateTimeOffset? at, CancellationToken cancellationToken)
    {
        try
        {
            KeyValuePair<string, string>[] form = at is { } time
                ? [new("query", query), new("time", time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture))]
                : [new("query", query)];
            var answer = await PrometheusExchange.PostAsync(http, address, "query", form, MaxBytes, _timeout, cancellationToken);
            if (answer.Body is { } body)
                return (PrometheusResponse.Parse(body), false);
            var advice = answer.IsTooLarge ? "; aggregate the query to one number" : "";
            return (Sample.Failure($"Prometheus at {address} {answer.Problem}{advice}"), answer.Status is not null || answer.IsUnreachable);
        }
        catch (Exception wrong) when (wrong is UriFormatException or NotSupportedException)
        {
            return (Sample.Failure($"Prometheus address {address} is no http address: {wrong.Message}"), false);
        }
    }
}
