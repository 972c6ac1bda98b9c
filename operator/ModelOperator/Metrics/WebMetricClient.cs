using System.Diagnostics.CodeAnalysis;
using System.Text;
using ModelOperator.Analysis;

namespace ModelOperator.Metrics;

/// <summary>Asks any HTTP server for a number in JSON, within limits of time and size, once.</summary>
/// <param name="connections">Ways to providers.</param>
/// <param name="timeout">Longest wait for one answer where the query names none; ten seconds when null.</param>
public sealed class WebMetricClient(ProviderConnections connections, TimeSpan? timeout = null)
{
    /// <summary>Most bytes read of an answer.</summary>
    public const int MaxBytes = 1 << 20;

    private readonly TimeSpan _timeout = timeout ?? TimeSpan.FromSeconds(10);

    /// <summary>The number; an outage is a sample of kind QueryFailed, never an exception.</summary>
    public async Task<Sample> QueryAsync(WebQuery query, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(query.Address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            return Sample.Failure($"{query.Address} is no http address");
        // What follows the path may hold more than people should read.
        var target = uri.GetLeftPart(UriPartial.Path);
        var connection = await connections.OpenAsync(query.Access, cancellationToken);
        if (connection.Problem is { } problem)
            return Sample.Failure($"{target} was not asked: {problem}");
        var wait = query.Timeout ?? _timeout;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(wait);
        try
        {
            using var request = Request(query, uri, connection);
            using var response = await connection.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (!response.IsSuccessStatusCode)
                return Sample.Failure($"{target} answered HTTP {(int)response.StatusCode}");
            await response.Content.LoadIntoBufferAsync(MaxBytes, limit.Token);
            return WebResponse.Parse(await response.Content.ReadAsByteArrayAsync(limit.Token), query.Path);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Sample.Failure($"{target} did not answer within {wait.TotalSeconds} s");
        }
        catch (HttpRequestException big) when (big.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            return Sample.Failure($"{target} answered more than {MaxBytes} bytes");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return Sample.Failure($"{target} cannot be reached: {failure.Message}");
        }
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The request owns its content.")]
    private static HttpRequestMessage Request(WebQuery query, Uri uri, ProviderConnection connection)
    {
        var request = new HttpRequestMessage(query.IsPost ? HttpMethod.Post : HttpMethod.Get, uri);
        if (query.IsPost)
            request.Content = new StringContent(query.Body ?? "", Encoding.UTF8, "application/json");
        connection.Sign(request);
        if (request.Headers.Accept.Count == 0)
            request.Headers.Accept.Add(new("application/json"));
        return request;
    }
}
