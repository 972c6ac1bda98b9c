using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ModelOperator.Kubernetes;

namespace ModelOperator.Artifacts;

/// <summary>HTTP clients of the transfers, and what their failures mean.</summary>
public static class TransferHttp
{
    /// <summary>Longest silence of the other side before a try is given up.</summary>
    public static TimeSpan IdleTimeout { get; } = TimeSpan.FromSeconds(60);

    /// <summary>Client for the store inside the cluster: no proxy, no redirects.</summary>
    public static HttpClient ForStore() => Create(proxy: false, redirects: false);

    /// <summary>Client for public sources: proxy from the environment, at most ten redirects and none from https to http.</summary>
    public static HttpClient ForSources() => Create(proxy: true, redirects: true);

    /// <summary>Client for signed requests: proxy from the environment, no redirects, which a signature would not cover.</summary>
    /// <param name="authority">File with PEM certificates that alone are trusted; null for those of the system.</param>
    /// <exception cref="CryptographicException">The file holds none.</exception>
    public static HttpClient ForSigned(string? authority = null) => Create(proxy: true, redirects: false, Trust(authority));

    /// <summary>Client for the operator's own endpoint: like the store's, and where an authority is given that alone is trusted.</summary>
    /// <param name="authority">File with PEM certificates; null for those of the system.</param>
    /// <exception cref="CryptographicException">The file holds none.</exception>
    public static HttpClient ForOperator(string? authority) => Create(proxy: false, redirects: false, Trust(authority));

    /// <summary>Runs one exchange and turns every failure of transport into a <see cref="TransferException"/>.</summary>
    /// <param name="reason">Reason of an unreachable other side.</param>
    /// <param name="target">The other side, for people.</param>
    /// <param name="exchange">The exchange.</param>
    /// <param name="cancellationToken">The caller's own end, which is not a failure of transport.</param>
    public static async Task<T> RunAsync<T>(string reason, string target, Func<Task<T>> exchange, CancellationToken cancellationToken)
    {
        try
        {
            return await exchange();
        }
        catch (HttpRequestException failure)
        {
            throw new TransferException(TransferFailure.Unavailable, reason, $"{target} cannot be reached: {failure.Message}", failure);
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            throw new TransferException(TransferFailure.Unavailable, reason, $"the connection to {target} broke: {failure.Message}", failure);
        }
        catch (OperationCanceledException failure) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TransferException(TransferFailure.Unavailable, reason, $"{target} did not answer in time", failure);
        }
    }

    /// <summary>What a status that is no success means.</summary>
    public static TransferFailure Classify(HttpStatusCode status) => (int)status switch
    {
        401 or 403 => TransferFailure.Denied,
        404 or 410 => TransferFailure.NotFound,
        408 or 425 or 429 => TransferFailure.Unavailable,
        >= 500 => TransferFailure.Unavailable,
        _ => TransferFailure.BadData,
    };

    private static X509ChainPolicy? Trust(string? authority)
    {
        if (authority is null)
            return null;
        X509Certificate2Collection certificates = [];
        certificates.ImportFromPemFile(authority);
        // A file without any is read without complaint.
        return certificates.Count > 0 ? OwnAuthority.Only(certificates) : throw new CryptographicException("it holds no certificate");
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The client owns its handler and disposes it.")]
    private static HttpClient Create(bool proxy, bool redirects, X509ChainPolicy? trust = null) => new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = redirects,
            MaxAutomaticRedirections = 10,
            UseProxy = proxy,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            ResponseDrainTimeout = TimeSpan.FromSeconds(2),
            Expect100ContinueTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = trust },
        },
        disposeHandler: true)
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };
}
