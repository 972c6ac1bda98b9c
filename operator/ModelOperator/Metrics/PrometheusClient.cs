using System.Net;
using ModelOperator.Analysis;

namespace ModelOperator.Metrics;

/// <summary>Prometheus' instant queries, each within ten seconds; a broken connection is tried once more.</summary>
/// <param name="http">Client without a base address.</param>
public sealed class PrometheusClient(HttpClient http) : IMetricSource
{
    /// <summary>Most bytes read of an answer.</summary>
    public const int MaxBytes = 4 << 20;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public async Task<Sample> QueryAsync(string address, string query, CancellationToken cancellationToken)
    {
        var first = await OnceAsync(address, query, cancellationToken);
        return first.Retry ? (await OnceAsync(address, query, cancellationToken)).Sample : first.Sample;
    }

    private async Task<(Sample Sample, bool Retry)> OnceAsync(string address, string query, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Timeout);
        try
        {
            using var content = new FormUrlEncodedContent([new("query", query)]);
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{address.TrimEnd('/')}/api/v1/query")) { Content = content };
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (response.Content.Headers.ContentLength is > MaxBytes)
                return (Sample.Failure($"Prometheus at {address} answered more than {MaxBytes} bytes; aggregate the query to one number"), false);
            await response.Content.LoadIntoBufferAsync(MaxBytes, limit.Token);
            var body = await response.Content.ReadAsByteArrayAsync(limit.Token);
            // A bad query answers 400 or 422 with a JSON error that says what is wrong; only other failures are the server's.
            return response.IsSuccessStatusCode || response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity
                ? (PrometheusResponse.Parse(body), false)
                : (Sample.Failure($"Prometheus at {address} answered HTTP {(int)response.StatusCode}"), true);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (Sample.Failure($"Prometheus at {address} did not answer within {Timeout.TotalSeconds} s"), false);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or UriFormatException)
        {
            return (Sample.Failure($"Prometheus at {address} cannot be reached: {failure.Message}"), failure is not UriFormatException);
        }
    }
}
