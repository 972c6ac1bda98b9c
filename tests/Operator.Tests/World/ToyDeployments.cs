using ModelOperator.Api;
using ModelOperator.Kubernetes;

namespace ModelOperator.Operator.Tests.World;

/// <summary>
/// The Deployment controller for a server that has none: Pods of the template, named after the Deployment, and a status that says they
/// are available.
/// </summary>
/// <param name="client">API server.</param>
/// <param name="space">Namespace.</param>
internal sealed class ToyDeployments(IKubernetesClient client, string space)
{
    /// <summary>Whether the Pods of a Deployment become available.</summary>
    internal Func<V1Deployment, bool> BecomesAvailable { get; set; } = _ => true;

    internal Task RunAsync(CancellationToken cancellationToken) =>
        ApiWatch.FollowAsync(client, KubernetesDescriptors.Deployments, space, deployment => SeeAsync(deployment, cancellationToken), cancellationToken);

    private async Task SeeAsync(V1Deployment deployment, CancellationToken cancellationToken)
    {
        var replicas = deployment.Spec?.Replicas ?? 1;
        if (deployment.Metadata.DeletionTimestamp is not null)
            return;
        for (var index = 0; index < replicas; index++)
            await EnsurePodAsync(deployment, index, cancellationToken);
        var available = BecomesAvailable(deployment) ? replicas : 0;
        if (deployment.Status is { } status && status.ObservedGeneration == deployment.Metadata.Generation && status.AvailableReplicas == available)
            return;
        await client.ReplaceStatusAsync(
            KubernetesDescriptors.Deployments,
            deployment with
            {
                Status = new V1DeploymentStatus
                {
                    ObservedGeneration = deployment.Metadata.Generation,
                    Replicas = replicas,
                    UpdatedReplicas = replicas,
                    ReadyReplicas = available,
                    AvailableReplicas = available,
                },
            },
            null,
            cancellationToken);
    }

    private async Task EnsurePodAsync(V1Deployment deployment, int index, CancellationToken cancellationToken)
    {
        var name = $"{deployment.Metadata.Name}-{index}";
        if (await client.GetAsync(KubernetesDescriptors.Pods, name, space, cancellationToken) is not null)
            return;
        var template = deployment.Spec!.Template!;
        await client.CreateAsync(
            KubernetesDescriptors.Pods,
            new V1Pod
            {
                Metadata = new V1ObjectMeta
                {
                    Name = name,
                    NamespaceProperty = space,
                    Labels = new(template.Metadata!.Labels!) { [ModelOperatorApi.ManagedByLabel] = ModelOperatorApi.ManagedBy },
                    OwnerReferences = [new V1OwnerReference { ApiVersion = "apps/v1", Kind = "Deployment", Name = deployment.Metadata.Name, Uid = deployment.Metadata.Uid!, Controller = true }],
                },
                Spec = template.Spec,
            },
            null,
            cancellationToken);
    }
}
