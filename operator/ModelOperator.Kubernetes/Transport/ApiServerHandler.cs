using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;

namespace ModelOperator.Kubernetes;

/// <summary>Builds the socket handler: HTTP/2 with pings against half-open connections, trust and client certificate.</summary>
internal static class ApiServerHandler
{
    internal static SocketsHttpHandler Create(KubernetesClientConfiguration configuration, KubernetesClientOptions options) => new()
    {
        ConnectTimeout = options.ConnectTimeout,
        EnableMultipleHttp2Connections = true,
        KeepAlivePingDelay = TimeSpan.FromSeconds(20),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
        AutomaticDecompression = DecompressionMethods.GZip,
        AllowAutoRedirect = false,
        UseCookies = false,
        SslOptions = Ssl(configuration),
    };

    [SuppressMessage("Security", "CA5359:Do Not Disable Certificate Validation", Justification = "insecure-skip-tls-verify, asked for by the user")]
    private static SslClientAuthenticationOptions Ssl(KubernetesClientConfiguration configuration)
    {
        var ssl = new SslClientAuthenticationOptions();
        if (configuration.SkipTlsVerify)
            ssl.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        else if (configuration.CertificateAuthority is { Count: > 0 } authority)
            ssl.CertificateChainPolicy = OwnAuthority.Only(authority);
        ssl.LocalCertificateSelectionCallback = (_, _, _, _, _) => configuration.Credentials.ClientCertificate!;
        return ssl;
    }
}
