using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelOperator.Kubernetes;

/// <summary>Runs a credential plugin once and reads what it prints.</summary>
internal static class ExecPluginRunner
{
    private const int MaxOutput = 1024 * 1024;
    private const int MaxErrorText = 1024;

    /// <summary>Runs; kills the process when the timeout passes or the caller cancels.</summary>
    /// <exception cref="KubernetesConfigurationException">The plugin is missing, fails, hangs or prints no credential.</exception>
    internal static async Task<ExecCredentialStatus> RunAsync(
        ExecPlugin plugin, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        using var process = Start(plugin);
        using var deadline = new CancellationTokenSource(timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            process.StandardInput.Close(); // interactiveMode Never: nobody answers questions
            var errors = ReadLimitedAsync(process.StandardError, linked.Token);
            var output = await ReadLimitedAsync(process.StandardOutput, linked.Token);
            await process.WaitForExitAsync(linked.Token);
            if (process.ExitCode != 0)
                throw Failure(plugin, $"exited with {process.ExitCode}: {Head(await errors)}");
            return Parse(plugin, output);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Failure(plugin, $"printed no credential within {timeout.TotalSeconds:0.###} s");
        }
        finally
        {
            Kill(process);
        }
    }

    private static Process Start(ExecPlugin plugin)
    {
        var start = new ProcessStartInfo(plugin.Command, plugin.Args)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in plugin.Env)
            start.Environment[name] = value;
        start.Environment["KUBERNETES_EXEC_INFO"] = ExecInfo(plugin);
        try
        {
            return Process.Start(start) ?? throw Failure(plugin, "did not start");
        }
        catch (Exception e) when (e is Win32Exception or FileNotFoundException)
        {
            throw Failure(plugin, $"cannot be started: {e.Message}. {plugin.InstallHint}".TrimEnd(), e);
        }
    }

    private static string ExecInfo(ExecPlugin plugin)
    {
        var spec = new JsonObject { ["interactive"] = false };
        if (plugin.ClusterInfo is { } cluster)
            spec["cluster"] = JsonNode.Parse(cluster);
        return new JsonObject { ["apiVersion"] = plugin.ApiVersion, ["kind"] = "ExecCredential", ["spec"] = spec }.ToJsonString();
    }

    private static ExecCredentialStatus Parse(ExecPlugin plugin, string output)
    {
        ExecCredential? credential;
        try
        {
            credential = JsonSerializer.Deserialize(output, ExecCredentialJson.Default.ExecCredential);
        }
        catch (JsonException e)
        {
            throw Failure(plugin, "printed no JSON", e); // the output may hold a secret: not quoted
        }

        if (credential?.ApiVersion != plugin.ApiVersion)
            throw Failure(plugin, $"answered in version '{credential?.ApiVersion}', the kubeconfig says '{plugin.ApiVersion}'");
        if (credential.Status is not { } status || (status.Token is null && status.ClientCertificateData is null))
            throw Failure(plugin, "printed neither token nor clientCertificateData");
        return status;
    }

    private static async Task<string> ReadLimitedAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var text = new System.Text.StringBuilder();
        var buffer = new char[4096];
        int count;
        while ((count = await reader.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (text.Length < MaxOutput)
                text.Append(buffer, 0, count);
        }

        return text.ToString();
    }

    private static string Head(string text) => text.Length <= MaxErrorText ? text.Trim() : text[..MaxErrorText].Trim();

    private static void Kill(Process process)
    {
        try
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // it ended meanwhile
        }
    }

    private static KubernetesConfigurationException Failure(ExecPlugin plugin, string what, Exception? inner = null) =>
        new($"the credential plugin {plugin.Command} {what}", inner);
}
