using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace ModelOperator.EnergyAgent;

/// <summary>Asks the kubelet who holds which GPU: one gRPC call, <c>v1.PodResourcesLister/List</c>, over its local socket (Kubernetes 1.20 and later).</summary>
public sealed class PodResourcesClient : IDisposable
{
    private const string Prefix = "nvidia.com/";
    private const int HeaderBytes = 5;
    private const int MaxBytes = 16 << 20;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly HttpClient http;

    /// <summary>Prepares the client; nothing is connected yet.</summary>
    /// <param name="socket">Path of the kubelet's socket.</param>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The client owns its handler, the stream its socket.")]
    public PodResourcesClient(string socket) => http = new(
        new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancel) =>
            {
                var unix = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await unix.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancel);
                    return new NetworkStream(unix, ownsSocket: true);
                }
                catch
                {
                    unix.Dispose();
                    throw;
                }
            },
        },
        disposeHandler: true)
    {
        Timeout = Limit,
    };

    /// <summary>Who holds GPUs on this node.</summary>
    /// <exception cref="HttpRequestException">The kubelet cannot be asked.</exception>
    /// <exception cref="FormatException">Its answer cannot be read.</exception>
    public async Task<IReadOnlyList<DeviceHolder>> HoldersAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("http://kubelet/v1.PodResourcesLister/List"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(new byte[HeaderBytes]),
        };
        request.Content.Headers.ContentType = new("application/grpc");
        request.Headers.TE.ParseAdd("trailers");
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await response.Content.LoadIntoBufferAsync(MaxBytes, cancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var status = Header(response, "grpc-status");
        if (!response.IsSuccessStatusCode || status is not (null or "0"))
            throw new HttpRequestException($"the kubelet refused to list devices: HTTP {(int)response.StatusCode}, gRPC status {status ?? "none"} {Header(response, "grpc-message")}".TrimEnd());
        if (body.Length < HeaderBytes || body[0] != 0 || BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(1)) != body.Length - HeaderBytes)
            throw new FormatException("the kubelet's answer is no single uncompressed gRPC message");
        return PodResourcesMessage.Holders(body.AsSpan(HeaderBytes), Prefix);
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private static string? Header(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.TryGetValues(name, out var trailing) ? trailing.FirstOrDefault()
        : response.Headers.TryGetValues(name, out var leading) ? leading.FirstOrDefault() : null;
}
