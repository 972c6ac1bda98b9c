using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ModelOperator.Api;
using ModelOperator.Kubernetes;

namespace ModelOperator.Metrics;

/// <summary>
/// HTTP clients for addresses that users name: no redirects, which would carry headers elsewhere, and nothing link-local, where clouds hand out credentials.
/// Secrets are read when they are needed and sent only when their owner allows it by <see cref="AllowLabel"/>. Thread-safe.
/// </summary>
/// <param name="secrets">Reads a Secret by namespace and name; null when there is none.</param>
public sealed class ProviderConnections(Func<string, string, CancellationToken, Task<V1Secret?>> secrets)
{
    /// <summary>Label by which the owner of a Secret lets it be sent to providers: who may write a CanaryDeployment need not be allowed to read Secrets.</summary>
    public const string AllowLabel = ModelOperatorApi.Group + "/provider-credentials";

    /// <summary>Most clients that are kept: one per bundle and certificate.</summary>
    private const int MaxClients = 256;

    private readonly ConcurrentDictionary<string, Lazy<HttpClient>> _clients = new(StringComparer.Ordinal);

    /// <summary>Opens the way to a provider; a Secret that is missing or may not be used is a problem, never an exception.</summary>
    internal async Task<ProviderConnection> OpenAsync(ProviderAccess? access, CancellationToken cancellationToken)
    {
        if (access is null)
            return new(Client(null, null), []);
        try
        {
            var headers = access.Headers.ToBuilder();
            foreach (var header in access.SecretHeaders)
                headers.Add(new(header.Header, Encoding.UTF8.GetString(await ValueAsync(access.NamespaceName, header.Secret, header.Key, cancellationToken)).Trim()));
            if (headers.FirstOrDefault(header => header.Value.Any(char.IsControl)) is { Key: { } wrong })
                throw new InvalidDataException($"header {wrong} has a value with control characters");
            return new(Client(access.CaBundle, access.ClientCertificate is { } name ? await PairAsync(access.NamespaceName, name, cancellationToken) : null), headers.ToImmutable());
        }
        catch (Exception problem) when (problem is InvalidDataException or CryptographicException or KubernetesException or HttpRequestException or TimeoutException)
        {
            return new(Client(null, null), [], problem.Message);
        }
    }

    /// <summary>The certificates of a PEM text; empty when there are none.</summary>
    /// <exception cref="CryptographicException">One of them cannot be read.</exception>
    public static X509Certificate2Collection Certificates(string pem)
    {
        X509Certificate2Collection certificates = [];
        certificates.ImportFromPem(pem);
        return certificates;
    }

    private async Task<(string Certificate, string Key)?> PairAsync(string space, string name, CancellationToken cancellationToken) => (
        Encoding.UTF8.GetString(await ValueAsync(space, name, "tls.crt", cancellationToken)),
        Encoding.UTF8.GetString(await ValueAsync(space, name, "tls.key", cancellationToken)));

    private async Task<byte[]> ValueAsync(string space, string name, string key, CancellationToken cancellationToken)
    {
        var secret = await secrets(space, name, cancellationToken) ?? throw new InvalidDataException($"Secret {name} does not exist in namespace {space}");
        if (secret.Metadata.Labels?.GetValueOrDefault(AllowLabel) != "true")
            throw new InvalidDataException($"Secret {name} may not be sent to providers: its owner allows it by the label {AllowLabel}=true");
        return secret.Data?.GetValueOrDefault(key) ?? throw new InvalidDataException($"Secret {name} has no key {key}");
    }

    private HttpClient Client(string? bundle, (string Certificate, string Key)? pair)
    {
        var key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{bundle}\0{pair?.Certificate}\0{pair?.Key}")));
        // Clients that are let go close their idle connections by themselves.
        if (_clients.Count >= MaxClients && !_clients.ContainsKey(key))
            _clients.Clear();
        return _clients.GetOrAdd(key, _ => new(() => Create(bundle, pair))).Value;
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The client owns its handler and lives as long as somebody uses it.")]
    private static HttpClient Create(string? bundle, (string Certificate, string Key)? pair)
    {
        var ssl = new SslClientAuthenticationOptions();
        if (bundle is not null)
            ssl.CertificateChainPolicy = OwnAuthority.Only(Certificates(bundle));
        if (pair is { } pem)
        {
            var certificate = X509Certificate2.CreateFromPem(pem.Certificate, pem.Key);
            ssl.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        }

        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            ConnectCallback = ConnectAsync,
            SslOptions = ssl,
        };
        return new(handler, disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The stream owns the socket; without one it is disposed.")]
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var target = context.DnsEndPoint;
        var addresses = (await Dns.GetHostAddressesAsync(target.Host, cancellationToken)).Where(address => !IsLinkLocal(address)).ToArray();
        if (addresses.Length == 0)
            throw new HttpRequestException(HttpRequestError.ConnectionError, $"{target.Host} is link-local, and such addresses are not asked");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, target.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool IsLinkLocal(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.IsIPv6LinkLocal || (plain.AddressFamily == AddressFamily.InterNetwork && plain.GetAddressBytes() is [169, 254, ..]);
    }
}
