using ModelOperator.Api;
using ModelOperator.CanaryDeployments;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Admission;

namespace ModelOperator.ModelVersions;

/// <summary>Reads live what the rules about a version need, and no more, and judges by them.</summary>
/// <param name="client">API server.</param>
public sealed class ModelVersionReview(IKubernetesClient client)
{
    /// <summary>The answer of the webhook.</summary>
    /// <param name="input">What is asked.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="KubernetesException">The server does not answer.</exception>
    public async ValueTask<AdmissionDecision> ReviewAsync(AdmissionInput<V1ModelVersion> input, CancellationToken cancellationToken)
    {
        // Most writes ask nothing of other objects.
        if (input.New is { } next && (!next.Spec.Archived || input.Old?.Spec.Archived == true))
            return Answer(ModelVersionAdmission.Refusal(input.Old, next) ?? await RunRefusalAsync(input, next, cancellationToken));
        if ((input.New ?? input.Old) is not { } version)
            return AdmissionDecision.Allow();
        var canaries = await CanariesAsync(input.NamespaceName, client, cancellationToken);
        var model = version.Spec.Model.Length == 0 ? null : await client.GetAsync(ModelOperatorDescriptors.Models, version.Spec.Model, input.NamespaceName, cancellationToken);
        if (input.New is { } made)
            return Answer(ModelVersionAdmission.Refusal(input.Old, made, canaries, model) ?? await RunRefusalAsync(input, made, cancellationToken));
        return ModelVersionAdmission.DeletionRefusal(version, canaries, input.User.Username, model) is { } refusal ? AdmissionDecision.Deny(refusal) : AdmissionDecision.Allow();
    }

    /// <summary>CanaryDeployments of a namespace.</summary>
    internal static async Task<List<V1CanaryDeployment>> CanariesAsync(string space, IKubernetesClient client, CancellationToken cancellationToken) =>
        (await client.ListAllAsync(ModelOperatorDescriptors.CanaryDeployments, space, null, cancellationToken)).Items;

    private static AdmissionDecision Answer(string? refusal) => refusal is null ? AdmissionDecision.Allow() : AdmissionDecision.Invalid(refusal);

    private async Task<string?> RunRefusalAsync(AdmissionInput<V1ModelVersion> input, V1ModelVersion made, CancellationToken cancellationToken) =>
        input.Old is null && made.Spec.TrainingRun is { Name.Length: > 0, Uid: not null } origin
            ? ModelVersionAdmission.RunRefusal(made, await client.GetAsync(ModelOperatorDescriptors.TrainingRuns, origin.Name, input.NamespaceName, cancellationToken))
            : null;
}
