using System.Globalization;
using ModelOperator.Analysis;

namespace ModelOperator.Metrics;

/// <summary>Prometheus' instant and range queries, each within a limit of time; a broken connection is tried once more.</summary>
/// <param name="connections">Ways to providers.</param>
/// <param name="timeout">Longest wait for one answer where the query names none; ten seconds when null.</param>
public sealed class PrometheusClient(ProviderConnections connections, TimeSpan? timeout = null)
{
    /// <summary>Most bytes read of an answer.</summary>
    public const int MaxBytes = 4 << 20;

    private readonly TimeSpan _timeout = timeout ?? TimeSpan.FromSeconds(10);

    /// <summary>The answer; an outage is a sample of kind QueryFailed, never an exception.</summary>
    public async Task<Sample> QueryAsync(PrometheusQuery query, CancellationToken cancellationToken)
    {
        var connection = await connections.OpenAsync(query.Access, cancellationToken);
        if (connection.Problem is { } problem)
            return Sample.Failure($"Prometheus at {query.Address} was not asked: {problem}");
        var first = await OnceAsync(connection, query, cancellationToken);
        return first.Retry ? (await OnceAsync(connection, query, cancellationToken)).Sample : first.Sample;
    }

    private async Task<(Sample Sample, bool Retry)> OnceAsync(ProviderConnection connection, PrometheusQuery query, CancellationToken cancellationToken)
    {
        try
        {
            var (path, form) = Form(query);
            var answer = await PrometheusExchange.PostAsync(connection.Http, query.Address, path, form, MaxBytes, query.Timeout ?? _timeout, cancellationToken, connection.Sign);
            if (answer.Body is { } body)
                return (PrometheusResponse.Parse(body), false);
            var advice = answer.IsTooLarge ? "; aggregate the query to one number" : "";
            return (Sample.Failure($"Prometheus at {query.Address} {answer.Problem}{advice}"), answer.Status is not null || answer.IsUnreachable);
        }
        catch (Exception wrong) when (wrong is UriFormatException or NotSupportedException)
        {
            return (Sample.Failure($"Prometheus address {query.Address} is no http address: {wrong.Message}"), false);
        }
    }

    /// <summary>A range begins one step after its start: each point looks back on its own step, so nothing before the range counts.</summary>
    private static (string Path, List<KeyValuePair<string, string>> Form) Form(PrometheusQuery query)
    {
        List<KeyValuePair<string, string>> form = [new("query", query.Query)];
        if (query is { Range: { } range, At: { } end })
        {
            form.Add(new("start", Time(end - range + query.Step)));
            form.Add(new("end", Time(end)));
            form.Add(new("step", query.Step.TotalSeconds.ToString(CultureInfo.InvariantCulture)));
            return ("query_range", form);
        }

        if (query.At is { } at)
            form.Add(new("time", Time(at)));
        return ("query", form);
    }

    private static string Time(DateTimeOffset time) => (time.ToUnixTimeMilliseconds() / 1000.0).ToString(CultureInfo.InvariantCulture);
}
