using System.Net;

namespace ModelOperator.Metrics;

/// <summary>One request to Prometheus' HTTP API within limits of time and size. Whether to try again, and what to tell people, is the caller's.</summary>
internal static class PrometheusExchange
{
    /// <summary>Posts a form.</summary>
    /// <param name="http">Client without a base address.</param>
    /// <param name="address">Address of Prometheus.</param>
    /// <param name="path">Path below /api/v1.</param>
    /// <param name="form">Parameters.</param>
    /// <param name="maxBytes">Most bytes read of the answer.</param>
    /// <param name="timeout">Longest wait.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <param name="sign">Adds headers; null for none.</param>
    /// <exception cref="UriFormatException">The address is no address.</exception>
    public static async Task<PrometheusAnswer> PostAsync(
        HttpClient http, string address, string path, IEnumerable<KeyValuePair<string, string>> form, int maxBytes, TimeSpan timeout, CancellationToken cancellationToken, Action<HttpRequestMessage>? sign = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            using var content = new FormUrlEncodedContent(form);
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{address.TrimEnd('/')}/api/v1/{path}")) { Content = content };
            sign?.Invoke(request);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            await response.Content.LoadIntoBufferAsync(maxBytes, limit.Token);
            var body = await response.Content.ReadAsByteArrayAsync(limit.Token);
            // A bad query answers 400 or 422 with a JSON error that says what is wrong; only other failures are the server's.
            return response.IsSuccessStatusCode || response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity
                ? new(body)
                : new(null, response.StatusCode, $"answered HTTP {(int)response.StatusCode}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(null, Problem: $"did not answer within {timeout.TotalSeconds} s");
        }
        catch (HttpRequestException big) when (big.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            return new(null, Problem: $"answered more than {maxBytes} bytes", IsTooLarge: true);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return new(null, Problem: $"cannot be reached: {failure.Message}", IsUnreachable: true);
        }
    }
}
