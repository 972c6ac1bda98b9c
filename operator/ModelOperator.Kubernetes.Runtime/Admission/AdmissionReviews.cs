using System.Text.Json;
using ModelOperator.Kubernetes.Runtime.Plans;

namespace ModelOperator.Kubernetes.Runtime.Admission;

/// <summary>Between reviews as they travel and validators; no I/O.</summary>
internal static class AdmissionReviews
{
    public static async ValueTask<AdmissionDecision> DecideAsync<T>(
        AdmissionRequest request,
        EntityDescriptor<T> descriptor,
        Func<AdmissionInput<T>, CancellationToken, ValueTask<AdmissionDecision>> validate,
        CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        AdmissionInput<T> input;
        try
        {
            input = new AdmissionInput<T>(
                request.Operation,
                Decode(request.ObjectProperty, descriptor),
                Decode(request.OldObject, descriptor),
                request.UserInfo ?? new V1UserInfo(),
                request.NamespaceProperty ?? "",
                string.IsNullOrEmpty(request.SubResource) ? null : request.SubResource,
                request.DryRun == true);
        }
        catch (JsonException wrong)
        {
            // An object that is on its way out must never be held up, whatever it looks like.
            return IsDeleting(request)
                ? AdmissionDecision.Allow()
                : AdmissionDecision.Invalid($"{descriptor.Kind} {request.Name} does not fit its schema at {wrong.Path}: {wrong.Message}");
        }

        return await validate(input, cancellationToken).ConfigureAwait(false);
    }

    public static AdmissionReview Answer(string uid, AdmissionDecision decision) => new()
    {
        Response = new AdmissionResponse
        {
            Uid = uid,
            Allowed = decision.Allowed,
            Status = decision.Allowed ? null : new V1Status
            {
                Status = "Failure",
                Code = decision.Code,
                Reason = decision.Reason,
                Message = decision.Message,
                Details = decision.Causes.IsDefaultOrEmpty ? null : new V1StatusDetails { Causes = [.. decision.Causes] },
            },
            Patch = decision.Patch is { } patch ? PlanJson.Bytes(patch) : null,
            PatchType = decision.Patch is null ? null : "JSONPatch",
            Warnings = decision.Warnings.IsDefaultOrEmpty ? null : [.. decision.Warnings],
        },
    };

    private static T? Decode<T>(JsonElement? raw, EntityDescriptor<T> descriptor)
        where T : class, IKubernetesObject =>
        raw is { ValueKind: not JsonValueKind.Null and not JsonValueKind.Undefined } element ? element.Deserialize(descriptor.Type) : null;

    private static bool IsDeleting(AdmissionRequest request) =>
        request.ObjectProperty is { ValueKind: JsonValueKind.Object } entity
        && entity.TryGetProperty("metadata", out var metadata)
        && metadata.ValueKind == JsonValueKind.Object
        && metadata.TryGetProperty("deletionTimestamp", out var at)
        && at.ValueKind == JsonValueKind.String;
}
