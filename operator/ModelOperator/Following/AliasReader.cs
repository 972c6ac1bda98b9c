using System.Globalization;
using ModelOperator.Api;
using ModelOperator.Artifacts;
using ModelOperator.Kubernetes;
using ModelOperator.ModelVersions;

namespace ModelOperator.Following;

/// <summary>Asks the API server which version an alias names: the Model's status is where aliases are decided, by compare-and-swap.</summary>
/// <param name="client">API server.</param>
/// <param name="namespaceName">Namespace of the models.</param>
public sealed class AliasReader(IKubernetesClient client, string namespaceName)
{
    private const string Reason = "AliasUnknown";

    /// <summary>The version that is to be served now.</summary>
    /// <exception cref="TransferException">Nobody knows, or it is not Ready: what is served stays.</exception>
    public async Task<FollowedVersion> ReadAsync(FollowedModel followed, CancellationToken cancellationToken)
    {
        try
        {
            var name = NumberOf(followed.Alias) is { } number ? ModelVersionName.Of(followed.Model, number) : await HolderAsync(followed, cancellationToken);
            var version = await client.GetAsync(ModelOperatorDescriptors.ModelVersions, name, namespaceName, cancellationToken);
            if (version is null || version.Spec.Model != followed.Model)
                throw Unknown($"{followed} names ModelVersion {name}, which does not exist in namespace {namespaceName}");
            if (version.Status is not { Phase: ModelVersionPhase.Ready })
                throw Unknown($"{followed} names ModelVersion {name}, which is not Ready ({version.Status?.Reason ?? "not looked at yet"})");
            if (version.Status.VerifiedDigest is { } verified && verified != version.Spec.Artifact.Digest)
                throw Unknown($"{followed} names ModelVersion {name}, whose digest was changed from {verified} to {version.Spec.Artifact.Digest} since its bytes were verified");
            return Sha256Digest.TryParse(version.Spec.Artifact.Digest, out var digest)
                ? new FollowedVersion(name, digest, ModelSignatures.Wire(version.Spec.Signature))
                : throw Unknown($"ModelVersion {name} has digest '{version.Spec.Artifact.Digest}', which is none");
        }
        catch (Exception failure) when (failure is KubernetesException or HttpRequestException or TimeoutException or KubernetesConfigurationException)
        {
            throw new TransferException(TransferFailure.Unavailable, Reason, $"the Kubernetes API server cannot be asked about {followed}: {failure.Message}", failure);
        }
    }

    private async Task<string> HolderAsync(FollowedModel followed, CancellationToken cancellationToken)
    {
        var model = await client.GetAsync(ModelOperatorDescriptors.Models, followed.Model, namespaceName, cancellationToken)
            ?? throw Unknown($"{followed}: there is no Model {followed.Model} in namespace {namespaceName}");
        var holder = followed.Alias == "latest"
            ? model.Status?.LatestVersion
            : model.Status?.Aliases?.FirstOrDefault(alias => alias.Name == followed.Alias)?.Version;
        return holder ?? throw Unknown($"{followed}: no version holds the alias in namespace {namespaceName}");
    }

    // Reserved beside latest, so it can be no alias.
    private static long? NumberOf(string alias) =>
        alias[0] == 'v' && long.TryParse(alias.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static TransferException Unknown(string message) => new(TransferFailure.NotFound, Reason, message);
}
