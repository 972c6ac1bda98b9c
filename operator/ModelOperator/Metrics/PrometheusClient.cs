using System.Net;
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
    public async Task<Sample> QueryAsync(string address, string query, CancellationToken cancellationToken)
    {
        var first = await OnceAsync(address, query, cancellationToken);
        return first.Retry ? (await OnceAsync(address, query, cancellationToken)).Sample : first.Sample;
    }

    private async Task<(Sample Sample, bool Retry)> OnceAsync(string address, string query, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_timeout);
        try
        {
            using var content = new FormUrlEncodedContent([new("query", query)]);
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{address.TrimEnd('/')}/api/v1/query")) { Content = content };
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            await response.Content.LoadIntoBufferAsync(MaxBytes, limit.Token);
            var body = await response.Content.ReadAsByteArrayAsync(limit.Token);
            // A bad query answers 400 or 422 with a JSON error that says what is wrong; only other failures are the server's.
            return response.IsSuccessStatusCode || response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity
                ? (PrometheusResponse.Parse(body), false)
                : (Sample.Failure($"Prometheus at {address} answered HTTP {(int)response.StatusCode}"), true);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (Sample.Failure($"Prometheus at {address} did not answer within {_timeout.TotalSeconds} s"), false);
        }
        catch (HttpRequestException big) when (big.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            return (Sample.Failure($"Prometheus at {address} answered more than {MaxBytes} bytes; aggregate the query to one number"), false);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return (Sample.Failure($"Prometheus at {address} cannot be reached: {failure.Message}"), true);
        }
        catch (Exception wrong) when (wrong is UriFormatException or NotSupportedException)
        {
            return (Sample.Failure($"Prometheus address {address} is no http address: {wrong.Message}"), false);
        }
    }
}
