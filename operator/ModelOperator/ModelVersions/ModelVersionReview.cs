using ModelOperator.Api;
using ModelOperator.CanaryDeployments;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
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
        // Most updates ask nothing of other objects.
        if (input.New is { } next && (!next.Spec.Archived || input.Old?.Spec.Archived == true))
            return Answer(ModelVersionAdmission.Refusal(input.Old, next) ?? await OriginRefusalAsync(input, next, null, cancellationToken));
        if ((input.New ?? input.Old) is not { } version)
            return AdmissionDecision.Allow();
        var canaries = await CanariesAsync(input.NamespaceName, client, cancellationToken);
        var model = await ModelAsync(version, input, cancellationToken);
        if (input.New is { } made)
            return Answer(ModelVersionAdmission.Refusal(input.Old, made, canaries, model) ?? await OriginRefusalAsync(input, made, model, cancellationToken));
        return ModelVersionAdmission.DeletionRefusal(version, canaries, input.User.Username, model) is { } refusal ? AdmissionDecision.Deny(refusal) : AdmissionDecision.Allow();
    }

    /// <summary>CanaryDeployments of a namespace.</summary>
    internal static async Task<List<V1CanaryDeployment>> CanariesAsync(string space, IKubernetesClient client, CancellationToken cancellationToken) =>
        (await client.ListAllAsync(ModelOperatorDescriptors.CanaryDeployments, space, null, cancellationToken)).Items;

    private static AdmissionDecision Answer(string? refusal) => refusal is null ? AdmissionDecision.Allow() : AdmissionDecision.Invalid(refusal);

    private async Task<V1Model?> ModelAsync(V1ModelVersion version, AdmissionInput<V1ModelVersion> input, CancellationToken cancellationToken) =>
        version.Spec.Model.Length == 0 ? null : await client.GetAsync(ModelOperatorDescriptors.Models, version.Spec.Model, input.NamespaceName, cancellationToken);

    /// <summary>Of a version that is made: whether its number means its bytes, and its run made no other.</summary>
    private async Task<string?> OriginRefusalAsync(AdmissionInput<V1ModelVersion> input, V1ModelVersion made, V1Model? model, CancellationToken cancellationToken)
    {
        if (input.Old is not null || made.IsDeleting)
            return null;
        if (VersionContents.Problem(made, model ?? await ModelAsync(made, input, cancellationToken)) is { } replaced)
            return replaced;
        return made.Spec.TrainingRun is { Name.Length: > 0, Uid: not null } origin
            ? ModelVersionAdmission.RunRefusal(made, await client.GetAsync(ModelOperatorDescriptors.TrainingRuns, origin.Name, input.NamespaceName, cancellationToken))
            : null;
    }
}
