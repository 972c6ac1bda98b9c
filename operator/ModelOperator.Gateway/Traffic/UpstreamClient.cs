using System.Net;

namespace ModelOperator.Gateway.Traffic;

/// <summary>The one connection pool to all arms.</summary>
public sealed class UpstreamClient : IDisposable
{
    private readonly SocketsHttpHandler _handler = new()
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        EnableMultipleHttp2Connections = true,
        ActivityHeadersPropagator = null,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        // Connections are renewed, so that a Service's new endpoints get their share.
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
    };

    /// <summary>Makes the pool.</summary>
    public UpstreamClient() => Invoker = new(_handler, disposeHandler: false);

    /// <summary>Sends requests.</summary>
    public HttpMessageInvoker Invoker { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Invoker.Dispose();
        _handler.Dispose();
    }
}
