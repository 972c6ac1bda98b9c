using ModelOperator.Artifacts;
using ModelOperator.Kubernetes;

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
            using var client = OperatorClients.Create(TimeProvider.System);
            var key = await ArtifactKey.EnsureAsync(client, options.Namespace, TimeProvider.System, cancellationToken);
            await using var app = OperatorApp.Build(options, client, key, TimeProvider.System);
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
