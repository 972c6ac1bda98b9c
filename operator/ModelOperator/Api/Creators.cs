using System.Text.Json.Nodes;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Admission;

namespace ModelOperator.Api;

/// <summary>
/// Who created an object: an annotation that the mutating webhook sets at CREATE to the user that the API server names. Users cannot choose or change
/// it. Argo CD compares only what git has, so it is no drift. Pure.
/// </summary>
public static class Creators
{
    private const string Annotations = "/metadata/annotations";

    /// <summary>The creator; null when it was never stamped.</summary>
    public static string? Of(V1ObjectMeta metadata) => metadata.Annotations?.GetValueOrDefault(ModelOperatorApi.CreatedByAnnotation) is { Length: > 0 } name ? name : null;

    /// <summary>
    /// What the mutating webhook does: at CREATE the user's name, whatever was given; at UPDATE what a client that replaces the whole object left
    /// out. The operator's own account names the creator of what it makes for somebody.
    /// </summary>
    /// <param name="input">The write.</param>
    /// <param name="self">User name of the operator.</param>
    public static AdmissionDecision Stamp<T>(AdmissionInput<T> input, string self)
        where T : class, IKubernetesObject
    {
        if (input.New is not { } entity)
            return AdmissionDecision.Allow();
        var wanted = input.IsCreate
            ? input.User.Username == self ? null : input.User.Username
            : Of(entity.Metadata) is null && input.Old is { } old ? Of(old.Metadata) : null;
        return string.IsNullOrEmpty(wanted) || wanted == Of(entity.Metadata)
            ? AdmissionDecision.Allow()
            : AdmissionDecision.Allow() with { Patch = Patch(entity.Metadata, wanted) };
    }

    /// <summary>What the validating webhook refuses: a stamp that is another's, and a change of it.</summary>
    /// <param name="input">The write.</param>
    /// <param name="self">User name of the operator.</param>
    public static AdmissionDecision? Refusal<T>(AdmissionInput<T> input, string self)
        where T : class, IKubernetesObject
    {
        if (input.New is not { Metadata.DeletionTimestamp: null } entity)
            return null;
        var stamp = Of(entity.Metadata);
        var before = input.Old is { } old ? Of(old.Metadata) : null;
        if (input.IsCreate ? stamp is null || stamp == input.User.Username || input.User.Username == self : stamp == before)
            return null;
        var allowed = input.IsCreate ? $"'{input.User.Username}', who creates the object" : before is null ? "none: it is set when the object is created" : $"'{before}', as before";
        return AdmissionDecision.Invalid($"metadata.annotations[{ModelOperatorApi.CreatedByAnnotation}]: '{stamp}' is not allowed: {allowed}");
    }

    // Added as nodes: JsonArray's generic Add would serialize by reflection.
    private static JsonArray Patch(V1ObjectMeta metadata, string user) => new((JsonNode)(metadata.Annotations is null
        ? new JsonObject { ["op"] = "add", ["path"] = Annotations, ["value"] = new JsonObject { [ModelOperatorApi.CreatedByAnnotation] = user } }
        : new JsonObject { ["op"] = "add", ["path"] = $"{Annotations}/{ModelOperatorApi.CreatedByAnnotation.Replace("/", "~1", StringComparison.Ordinal)}", ["value"] = user }));
}
