using ModelOperator.Api;
using ModelOperator.CanaryDeployments;
using ModelOperator.Kubernetes;
using ModelOperator.ModelVersions;
using ModelOperator.Operator.Tests.World;

namespace ModelOperator.Operator.Tests.Scenarios;

/// <summary>A first deploy of version 1, then a canary of version 2 that is promoted, or rolled back for its errors.</summary>
/// <param name="good">Whether version 2 is any good.</param>
/// <param name="name">Name of the CanaryDeployment.</param>
internal sealed class CanaryScenario(bool good, string name = CanaryScenario.Canary) : IScenario
{
    internal const string Canary = "shop";
    internal const string First = "prices-1";
    internal const string Second = "prices-2";

    public async Task BeginAsync(ToyWorld world)
    {
        if (!good)
            world.Metrics.Errors[Second] = 400;
        await world.CreateAsync(ModelOperatorDescriptors.Models, new V1Model { Metadata = new V1ObjectMeta { Name = "prices", NamespaceProperty = world.Space } });
        await world.CreateAsync(ModelOperatorDescriptors.ModelVersions, Objects.Version("prices", 1));
        await world.CreateAsync(ModelOperatorDescriptors.ModelVersions, Objects.Version("prices", 2));
        await world.CreateAsync(ModelOperatorDescriptors.CanaryDeployments, Objects.Canary(name, "prices", First));
    }

    public async Task<string?> MissingAsync(ToyWorld world)
    {
        var canary = await world.GetAsync(ModelOperatorDescriptors.CanaryDeployments, name);
        if (canary?.Status is not { } status)
            return "the canary has no status yet";
        if (status is { Phase: CanaryPhase.Healthy, StableVersion: First } && canary.Spec.VersionRef.Name == First)
            await world.PatchAsync(ModelOperatorDescriptors.CanaryDeployments, name, $"{{\"spec\":{{\"versionRef\":{{\"name\":\"{Second}\"}}}}}}");
        var ended = good
            ? status is { Phase: CanaryPhase.Healthy, StableVersion: Second, Reason: CanaryReasons.Serving }
            : status is { Phase: CanaryPhase.Degraded, RejectedVersion: Second, StableVersion: First };
        if (!ended || status.Weights is not { Verified: true } || status.Retiring is { Count: > 0 })
            return $"canary {status.Phase} {status.Reason}: {status.Message}; stable {status.StableVersion}, retiring {status.Retiring?.Count ?? 0}";
        var deployments = await world.Client.ListAllAsync(KubernetesDescriptors.Deployments, world.Space, null, CancellationToken.None);
        var model = await world.GetAsync(ModelOperatorDescriptors.Models, "prices");
        if (model?.Status?.Aliases is not [{ Name: "champion", Version: var holder }] || holder != status.StableVersion)
            return "alias champion does not name the stable version yet";
        return deployments.Items.Count == 2 ? null : $"{deployments.Items.Count} Deployments";
    }
}
