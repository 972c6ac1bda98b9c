using ModelOperator.Kubernetes;

namespace ModelOperator.Artifacts;

/// <summary><c>modeloperator store</c>: serves the artifact store until told to stop.</summary>
public static class ArtifactStoreCommand
{
    /// <summary>Runs the store. People with Kubernetes tokens are let in when a client is given.</summary>
    /// <param name="args">No arguments are taken; settings come from the environment (<see cref="ArtifactStoreOptions"/>).</param>
    /// <param name="client">Client for token and access reviews; null accepts only the store's own tokens.</param>
    /// <param name="cancellationToken">Stops the store.</param>
    /// <returns>0 after a clean stop, 64 for bad settings, 74 when the volume cannot be used.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, IKubernetesClient? client, CancellationToken cancellationToken)
    {
        if (args.Count > 0)
            return await ExitAsync(ExitCodes.Usage, $"store takes no arguments, got '{args[0]}'; settings are MODELOP_STORE_* variables");
        try
        {
            var options = ArtifactStoreOptions.FromEnvironment(Environment.GetEnvironmentVariable);
            var authorizer = client is null ? null : new KubernetesArtifactAuthorizer(client);
            await using var app = await ArtifactStoreServer.BuildAsync(options, authorizer, TimeProvider.System, cancellationToken);
            await app.RunAsync(cancellationToken);
            return ExitCodes.Done;
        }
        catch (FormatException failure)
        {
            return await ExitAsync(ExitCodes.Usage, failure.Message);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return await ExitAsync(ExitCodes.InputOutput, failure.Message);
        }
    }

    private static async Task<int> ExitAsync(int code, string message)
    {
        await Console.Error.WriteLineAsync("modeloperator store: " + message);
        return code;
    }
}
