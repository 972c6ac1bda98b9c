using System.Security.Cryptography.X509Certificates;

namespace ModelOperator.Kubernetes;

/// <summary>Where the API server is and how to authenticate. Made by one of the factory methods.</summary>
public sealed record KubernetesClientConfiguration
{
    private const string ServiceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>Root of the API, for example https://10.96.0.1:443; a path prefix is kept.</summary>
    public required Uri Host { get; init; }

    /// <summary>Namespace of the context, or of the pod. Default: "default".</summary>
    public string Namespace { get; init; } = "default";

    /// <summary>Name of the kubeconfig's context; null in the cluster.</summary>
    public string? Context { get; init; }

    /// <summary>Certificates that the server's must chain to; the system's trust when null.</summary>
    public X509Certificate2Collection? CertificateAuthority { get; init; }

    /// <summary>Name to expect in the server's certificate instead of the host.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>Accept any server certificate; only when a kubeconfig asks for it.</summary>
    public bool SkipTlsVerify { get; init; }

    /// <summary>How requests authenticate.</summary>
    internal CredentialSource Credentials { get; init; } = new StaticCredentials(null, null);

    /// <summary>A server without authentication, or with a fixed token: for tests and proxies.</summary>
    /// <param name="host">Root of the API.</param>
    /// <param name="token">Bearer token.</param>
    public static KubernetesClientConfiguration ForHost(Uri host, string? token = null) =>
        new() { Host = host, Credentials = new StaticCredentials(token, null) };

    /// <summary>The pod's own service account: address from the environment, token file re-read as it rotates.</summary>
    /// <param name="environment">Reads a variable; the process's when null.</param>
    /// <param name="time">Clock for the re-reading of the token.</param>
    /// <param name="folder">Folder with token, ca.crt and namespace; the kubelet's when null.</param>
    /// <exception cref="KubernetesConfigurationException">The process does not run in a pod, or the token is not mounted.</exception>
    public static KubernetesClientConfiguration InCluster(
        TimeProvider time, Func<string, string?>? environment = null, string? folder = null)
    {
        var read = environment ?? Environment.GetEnvironmentVariable;
        folder ??= ServiceAccountFolder;
        var (host, port) = (read("KUBERNETES_SERVICE_HOST"), read("KUBERNETES_SERVICE_PORT"));
        if (string.IsNullOrEmpty(host) || string.IsNullOrEmpty(port))
            throw new KubernetesConfigurationException("KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set: this is not a pod");
        var token = Path.Combine(folder, "token");
        if (!File.Exists(token))
            throw new KubernetesConfigurationException($"{token} does not exist: is automountServiceAccountToken off?");
        var namespaceFile = Path.Combine(folder, "namespace");
        var address = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
        return new KubernetesClientConfiguration
        {
            Host = new Uri($"https://{address}:{port}"),
            Namespace = File.Exists(namespaceFile) ? File.ReadAllText(namespaceFile).Trim() : "default",
            CertificateAuthority = PemFiles.LoadAuthority(Path.Combine(folder, "ca.crt")),
            Credentials = new TokenFileCredentials(token, null, time),
        };
    }

    /// <summary>A context of kubeconfig files; of several files the first that names a thing wins, as in kubectl.</summary>
    /// <param name="paths">Files; those that do not exist are skipped unless none exists.</param>
    /// <param name="context">Context; the current one when null.</param>
    /// <param name="time">Clock for the expiry of credentials.</param>
    /// <exception cref="KubernetesConfigurationException">A file is missing, malformed or names what it does not define.</exception>
    public static KubernetesClientConfiguration FromKubeConfig(IReadOnlyList<string> paths, string? context, TimeProvider time) =>
        KubeConfigFile.LoadAll(paths).ToConfiguration(context, time);

    /// <summary>
    /// As kubectl does: files of KUBECONFIG, else ~/.kube/config, else the pod's service account.
    /// </summary>
    /// <param name="time">Clock.</param>
    /// <param name="environment">Reads a variable; the process's when null.</param>
    /// <exception cref="KubernetesConfigurationException">There is none of the three, or it is wrong.</exception>
    public static KubernetesClientConfiguration FromDefault(TimeProvider time, Func<string, string?>? environment = null)
    {
        var read = environment ?? Environment.GetEnvironmentVariable;
        if (read("KUBECONFIG") is { Length: > 0 } list)
            return FromKubeConfig(list.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries), null, time);
        var home = read("HOME") is { Length: > 0 } folder ? Path.Combine(folder, ".kube", "config") : null;
        return home is not null && File.Exists(home) ? FromKubeConfig([home], null, time) : InCluster(time, read);
    }
}
