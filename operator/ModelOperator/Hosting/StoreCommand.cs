using ModelOperator.Artifacts;

namespace ModelOperator.Hosting;

/// <summary><c>modeloperator store</c> with people's Kubernetes tokens let in where a cluster is reachable.</summary>
internal static class StoreCommand
{
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        using var client = Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST") is { Length: > 0 } ? OperatorClients.Create(TimeProvider.System) : null;
        return await ArtifactStoreCommand.RunAsync(args, client, cancellationToken);
    }
}
