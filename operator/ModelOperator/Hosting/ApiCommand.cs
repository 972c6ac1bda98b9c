using ModelOperator.Artifacts;
using ModelOperator.Kubernetes;
using ModelOperator.RegistryApi;

namespace ModelOperator.Hosting;

/// <summary><c>modeloperator api</c>: serves the history, read-only, until told to stop.</summary>
internal static class ApiCommand
{
    /// <returns>0 after a clean stop, 64 for wrong settings.</returns>
    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            var options = ApiOptions.Read(Environment.GetEnvironmentVariable);
            using var client = OperatorClients.Create(TimeProvider.System);
            using var access = new KubernetesApiAccess(client, TimeProvider.System);
            await using var app = ApiServer.Build(options, access, TimeProvider.System);
            await app.RunAsync(cancellationToken);
            return ExitCodes.Done;
        }
        catch (Exception wrong) when (wrong is FormatException or KubernetesConfigurationException)
        {
            await Console.Error.WriteLineAsync("modeloperator api: " + wrong.Message);
            return ExitCodes.Usage;
        }
    }
}
