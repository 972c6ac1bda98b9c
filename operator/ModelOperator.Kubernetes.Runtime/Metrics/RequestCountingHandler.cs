using System.Globalization;

namespace ModelOperator.Kubernetes.Runtime.Metrics;

/// <summary>Counts requests to the API server as <c>rest_client_requests_total{method,code}</c>; put in front of the socket handler.</summary>
/// <param name="metrics">Measurements; null before they are there, when nothing is counted.</param>
/// <param name="inner">Handler that sends.</param>
public sealed class RequestCountingHandler(Func<RuntimeMetrics?> metrics, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            metrics()?.Requested(request.Method.Method, ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture));
            return response;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            metrics()?.Requested(request.Method.Method, "<error>");
            throw;
        }
    }
}
