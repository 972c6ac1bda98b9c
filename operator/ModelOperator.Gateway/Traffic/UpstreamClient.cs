using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using ModelOperator.Gateway.Hosting;

namespace ModelOperator.Gateway.Traffic;

/// <summary>The connection pools to all arms.</summary>
/// <remarks>
/// A Service's name and its way to the Pods reach a node some time after its Pods are ready, and a lone Pod that was replaced has none for a moment.
/// So a connection that cannot be made is tried again for <see cref="GatewayOptions.ConnectPatience"/>; nothing has been sent yet, so nothing is sent twice.
/// <para>
/// Each lane (see <see cref="SocketLanes"/>) has a pool of its own, of connections that its thread attends to: a request is read, sent, answered and passed on
/// by one thread. With one pool for all it was a matter of luck, decided when connections were made, how much work each thread had.
/// </para>
/// </remarks>
internal sealed class UpstreamClient : IDisposable
{
    // Connections of other lanes that are closed in vain.
    private const int MostMisses = 8;

    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(400);

    // A resolver asks again after 5 s where a datagram of its was lost: a connection may wait for that once, and for the second answer.
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(15);

    private readonly HttpMessageInvoker[] _invokers;
    private readonly SocketLanes _lanes;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _clock;

    /// <summary>Makes the pools.</summary>
    public UpstreamClient(GatewayOptions options, SocketLanes lanes, TimeProvider clock)
    {
        _lanes = lanes;
        _patience = options.ConnectPatience;
        _clock = clock;
        _invokers = [.. Enumerable.Range(0, lanes.Count + 1).Select(Make)];
    }

    /// <summary>Sends requests, by connections of the caller's lane where it runs in one.</summary>
    public HttpMessageInvoker Invoker => _invokers[_lanes.Current];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var invoker in _invokers)
            invoker.Dispose();
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "Disposed by its invoker.")]
    private HttpMessageInvoker Make(int lane) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        EnableMultipleHttp2Connections = true,
        ActivityHeadersPropagator = null,
        ConnectTimeout = ConnectLimit,
        ConnectCallback = (context, cancellationToken) => ConnectAsync(context, lane, cancellationToken),
        // Connections are renewed, so that a Service's new endpoints get their share.
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
    });

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "Owned by the stream, or disposed where connecting failed.")]
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, int lane, CancellationToken cancellationToken)
    {
        var started = _clock.GetTimestamp();
        var wait = ShortestWait;
        for (var misses = 0; ;)
        {
            Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                // What follows runs in the lane of this socket. The runtime takes lanes in turn, so another one may be right; any of them works.
                if (lane == 0 || _lanes.Current == lane || ++misses == MostMisses)
                    return new NetworkStream(socket, ownsSocket: true);
                socket.Dispose();
                continue;
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
            wait = GrowingWait.After(wait, LongestWait);
        }
    }
}
