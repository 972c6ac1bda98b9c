using ModelOperator.Artifacts;
using ModelOperator.Api;
using ModelOperator.Kubernetes;

namespace ModelOperator.Hosting;

/// <summary>
/// The key that signs tokens of the artifact store: one Secret, made once by whichever replica comes first, read by all and by the store.
/// </summary>
public static class ArtifactKey
{
    /// <summary>Name of the Secret.</summary>
    public const string SecretName = "model-operator-artifact-key";

    /// <summary>Key in the Secret.</summary>
    public const string DataKey = "key";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>The key; waits while the API server cannot be reached, since nothing works without it.</summary>
    /// <exception cref="FormatException">The Secret exists without a usable key.</exception>
    public static async Task<byte[]> EnsureAsync(IKubernetesClient client, string space, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var secret = await client.GetAsync(KubernetesDescriptors.Secrets, SecretName, space, cancellationToken)
                    ?? await client.CreateAsync(KubernetesDescriptors.Secrets, Fresh(space), null, cancellationToken);
                return secret.Data?.GetValueOrDefault(DataKey) is { Length: >= ArtifactTokens.MinKeyBytes } key
                    ? key
                    : throw new FormatException($"Secret {space}/{SecretName} has no {DataKey} of at least {ArtifactTokens.MinKeyBytes} bytes; delete it and a new one is made (running uploads must then start again).");
            }
            catch (KubernetesException taken) when (taken.IsAlreadyExists)
            {
                // Another replica was first; its key counts.
            }
            catch (Exception away) when (away is HttpRequestException or TimeoutException or KubernetesException { IsTransient: true })
            {
                await Console.Error.WriteLineAsync($"modeloperator: the API server cannot be reached yet: {away.Message}");
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    private static V1Secret Fresh(string space) => new()
    {
        Metadata = new() { Name = SecretName, NamespaceProperty = space, Labels = new() { [ModelOperatorApi.ManagedByLabel] = ModelOperatorApi.ManagedBy } },
        Type = "Opaque",
        Data = new() { [DataKey] = ArtifactTokens.NewKey() },
    };
}
