using ModelOperator.Artifacts;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Metrics;

namespace ModelOperator.Hosting;

/// <summary><c>modeloperator run</c>: the operator.</summary>
internal static class OperatorCommand
{
    /// <returns>0 after a clean stop, 1 after lost leadership, 64 for wrong settings.</returns>
    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            var options = OperatorOptionsReader.Read(Environment.GetEnvironmentVariable);
            RuntimeMetrics? metrics = null;
            using var client = OperatorClients.Create(TimeProvider.System, sender => new RequestCountingHandler(() => Volatile.Read(ref metrics), sender));
            var key = await ArtifactKey.EnsureAsync(client, options.Namespace, TimeProvider.System, cancellationToken);
            await using var app = OperatorApp.Build(options, client, key, TimeProvider.System);
            Volatile.Write(ref metrics, app.Services.GetRequiredService<RuntimeMetrics>());
            await app.StartAsync(cancellationToken);
            await using var stop = cancellationToken.Register(static state => ((IHostApplicationLifetime)state!).StopApplication(), app.Lifetime);
            await app.WaitForShutdownAsync(CancellationToken.None);
            return Environment.ExitCode;
        }
        catch (Exception wrong) when (wrong is FormatException or KubernetesConfigurationException)
        {
            await Console.Error.WriteLineAsync("modeloperator: " + wrong.Message);
            return ExitCodes.Usage;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return 0;
        }
    }
}
