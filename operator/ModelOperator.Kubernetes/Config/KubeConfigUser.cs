using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace ModelOperator.Kubernetes;

/// <summary>Turns users[].user of a kubeconfig into credentials. A data field wins over its file, a token over a token file.</summary>
internal static class KubeConfigUser
{
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "connections hold the certificate for their life")]
    internal static CredentialSource Credentials(KubeConfigNode user, KubeConfigNode cluster, TimeProvider time)
    {
        if (user.Node is null)
            return new StaticCredentials(null, null);
        if (user["auth-provider"].Node is not null)
            throw new KubernetesConfigurationException($"{user.Source}.auth-provider was removed from Kubernetes; use exec");
        var certificate = Certificate(user);
        if (user["exec"].Node is not null)
            return new ExecCredentials(Plugin(user["exec"], cluster), time);
        if (user["token"].Text is { } token)
            return new StaticCredentials(token, certificate);
        return user["tokenFile"].FilePath is { } path
            ? new TokenFileCredentials(path, certificate, time)
            : new StaticCredentials(null, certificate);
    }

    /// <summary>Text of a base64 field; null when it is missing.</summary>
    internal static string? Decode(KubeConfigNode node)
    {
        try
        {
            return node.Text is { } text ? Encoding.UTF8.GetString(Convert.FromBase64String(text)) : null;
        }
        catch (FormatException e)
        {
            throw new KubernetesConfigurationException($"{node.Source} is not base64", e);
        }
    }

    private static X509Certificate2? Certificate(KubeConfigNode user)
    {
        var certificate = TextOf(user, "client-certificate");
        var key = TextOf(user, "client-key");
        if (certificate is null && key is null)
            return null;
        if (certificate is null || key is null)
            throw new KubernetesConfigurationException($"{user.Source} needs both client-certificate and client-key");
        return PemFiles.ParsePair(certificate, key, user.Source);
    }

    private static string? TextOf(KubeConfigNode user, string field) =>
        Decode(user[field + "-data"]) ?? (user[field].FilePath is { } path ? PemFiles.ReadText(path) : null);

    private static ExecPlugin Plugin(KubeConfigNode exec, KubeConfigNode cluster)
    {
        var version = exec["apiVersion"].Text;
        if (version is not ("client.authentication.k8s.io/v1" or "client.authentication.k8s.io/v1beta1"))
            throw new KubernetesConfigurationException($"{exec.Source}.apiVersion '{version}' is not supported; v1 and v1beta1 are");
        var command = exec["command"].Text ?? throw new KubernetesConfigurationException($"{exec.Source}.command is missing");
        return new ExecPlugin(
            version,
            command.Contains('/', StringComparison.Ordinal) ? Path.Combine(exec.Folder, command) : command,
            [.. exec["args"].Items.Select(a => a.Text ?? string.Empty)],
            exec["env"].Items.ToDictionary(e => e["name"].Text ?? string.Empty, e => e["value"].Text ?? string.Empty),
            exec["provideClusterInfo"].IsTrue ? ClusterInfo(cluster) : null,
            exec["installHint"].Text);
    }

    private static string ClusterInfo(KubeConfigNode cluster)
    {
        var info = new JsonObject { ["server"] = cluster["server"].Text };
        if (cluster["tls-server-name"].Text is { } name)
            info["tls-server-name"] = name;
        if (cluster["insecure-skip-tls-verify"].IsTrue)
            info["insecure-skip-tls-verify"] = true;
        if (cluster["certificate-authority-data"].Text is { } data)
            info["certificate-authority-data"] = data;
        return info.ToJsonString();
    }
}
