using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ModelOperator.Kubernetes;

/// <summary>Merged kubeconfig files: clusters, users and contexts by name.</summary>
internal sealed class KubeConfigFile
{
    private readonly Dictionary<string, KubeConfigNode> _clusters = [];
    private readonly Dictionary<string, KubeConfigNode> _users = [];
    private readonly Dictionary<string, KubeConfigNode> _contexts = [];
    private string? _current;

    /// <summary>Loads and merges; the first file that names a thing wins.</summary>
    internal static KubeConfigFile LoadAll(IReadOnlyList<string> paths)
    {
        var merged = new KubeConfigFile();
        var found = paths.Where(File.Exists).ToList();
        if (found.Count == 0)
            throw new KubernetesConfigurationException($"kubeconfig not found: {string.Join(", ", paths)}");
        foreach (var path in found)
            merged.Add(Load(path));
        return merged;
    }

    /// <summary>The configuration of one context.</summary>
    internal KubernetesClientConfiguration ToConfiguration(string? contextName, TimeProvider time)
    {
        var name = contextName ?? _current ?? throw new KubernetesConfigurationException("the kubeconfig has no current-context");
        var context = Find(_contexts, "context", name)["context"];
        var clusterName = context["cluster"].Text ?? throw new KubernetesConfigurationException($"context '{name}' names no cluster");
        var cluster = Find(_clusters, "cluster", clusterName)["cluster"];
        var user = context["user"].Text is { } userName ? Find(_users, "user", userName)["user"] : default;
        return new KubernetesClientConfiguration
        {
            Host = Server(cluster, clusterName),
            Context = name,
            Namespace = context["namespace"].Text ?? "default",
            CertificateAuthority = Authority(cluster),
            TlsServerName = cluster["tls-server-name"].Text,
            SkipTlsVerify = cluster["insecure-skip-tls-verify"].IsTrue,
            Credentials = KubeConfigUser.Credentials(user, cluster, time),
        };
    }

    private static KubeConfigNode Load(string path)
    {
        var full = Path.GetFullPath(path);
        try
        {
            using var text = new StringReader(PemFiles.ReadText(full));
            var yaml = new YamlStream();
            yaml.Load(text);
            if (yaml.Documents.Count > 0 && yaml.Documents[0].RootNode is YamlMappingNode root)
                return new KubeConfigNode(root, path, Path.GetDirectoryName(full) ?? string.Empty);
        }
        catch (YamlException e)
        {
            throw new KubernetesConfigurationException($"{path} is not YAML (line {e.Start.Line}): {e.Message}", e);
        }

        throw new KubernetesConfigurationException($"{path} is not a kubeconfig");
    }

    private static void Index(KubeConfigNode list, Dictionary<string, KubeConfigNode> into)
    {
        foreach (var item in list.Items)
        {
            if (item["name"].Text is { } name)
                into.TryAdd(name, item);
        }
    }

    private static KubeConfigNode Find(Dictionary<string, KubeConfigNode> among, string kind, string name) =>
        among.TryGetValue(name, out var node)
            ? node
            : throw new KubernetesConfigurationException($"the kubeconfig defines no {kind} '{name}'");

    private static Uri Server(KubeConfigNode cluster, string name)
    {
        var text = cluster["server"].Text ?? throw new KubernetesConfigurationException($"cluster '{name}' has no server");
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http"
            ? new Uri(text)
            : throw new KubernetesConfigurationException($"server '{text}' of cluster '{name}' is not an http(s) address");
    }

    private static System.Security.Cryptography.X509Certificates.X509Certificate2Collection? Authority(KubeConfigNode cluster)
    {
        if (KubeConfigUser.Decode(cluster["certificate-authority-data"]) is { } pem)
            return PemFiles.ParseAuthority(pem, cluster["certificate-authority-data"].Source);
        return cluster["certificate-authority"].FilePath is { } path ? PemFiles.LoadAuthority(path) : null;
    }

    private void Add(KubeConfigNode file)
    {
        Index(file["clusters"], _clusters);
        Index(file["users"], _users);
        Index(file["contexts"], _contexts);
        _current ??= file["current-context"].Text;
    }
}
