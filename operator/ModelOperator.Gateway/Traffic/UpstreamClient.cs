using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using ModelOperator.Gateway.Hosting;

namespace ModelOperator.Gateway.Traffic;

/// <summary>The one connection pool to all arms.</summary>
/// <remarks>
/// A Service's name and its way to the Pods reach a node some time after its Pods are ready, and a lone Pod that was replaced has none for a moment.
/// So a connection that cannot be made is tried again for <see cref="GatewayOptions.ConnectPatience"/>; nothing has been sent yet, so nothing is sent twice.
/// </remarks>
internal sealed class UpstreamClient : IDisposable
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(400);

    private readonly SocketsHttpHandler _handler;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _clock;

    /// <summary>Makes the pool.</summary>
    public UpstreamClient(GatewayOptions options, TimeProvider clock)
    {
        _patience = options.ConnectPatience;
        _clock = clock;
        _handler = new()
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            EnableMultipleHttp2Connections = true,
            ActivityHeadersPropagator = null,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            ConnectCallback = ConnectAsync,
            // Connections are renewed, so that a Service's new endpoints get their share.
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
        };
        Invoker = new(_handler, disposeHandler: false);
    }

    /// <summary>Sends requests.</summary>
    public HttpMessageInvoker Invoker { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Invoker.Dispose();
        _handler.Dispose();
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "Owned by the stream, or disposed where connecting failed.")]
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var started = _clock.GetTimestamp();
        for (var wait = ShortestWait; ; wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException) when (_clock.GetElapsedTime(started) + wait <= _patience)
            {
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }

            await Task.Delay(wait, _clock, cancellationToken);
        }
    }
}
