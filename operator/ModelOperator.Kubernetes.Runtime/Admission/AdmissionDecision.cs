using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace ModelOperator.Kubernetes.Runtime.Admission;

/// <summary>Allowed or denied, as data.</summary>
/// <param name="Allowed">Whether the call may proceed.</param>
/// <param name="Code">HTTP code that the caller sees when denied.</param>
/// <param name="Reason">Machine-readable reason when denied; a <see cref="KubernetesReasons"/> value.</param>
/// <param name="Message">Text for people when denied: what is wrong and what to do.</param>
/// <param name="Causes">Single fields that are wrong.</param>
/// <param name="Warnings">Shown by kubectl also when allowed; at most 256 characters each.</param>
public sealed record AdmissionDecision(
    bool Allowed,
    int Code,
    string? Reason,
    string? Message,
    ImmutableArray<V1StatusCause> Causes,
    ImmutableArray<string> Warnings)
{
    /// <summary>JSON patch of the object, for a mutating webhook; null to leave it as it is.</summary>
    public JsonArray? Patch { get; init; }

    /// <summary>Allowed.</summary>
    /// <param name="warnings">Warnings.</param>
    public static AdmissionDecision Allow(params ImmutableArray<string> warnings) => new(true, 200, null, null, [], warnings);

    /// <summary>Denied because it is not permitted now: 403 Forbidden.</summary>
    /// <param name="message">What is wrong and what to do.</param>
    public static AdmissionDecision Deny(string message) => new(false, 403, KubernetesReasons.Forbidden, message, [], []);

    /// <summary>Denied because fields are wrong: 422 Invalid.</summary>
    /// <param name="message">What is wrong and what to do.</param>
    /// <param name="causes">Single fields.</param>
    public static AdmissionDecision Invalid(string message, params ImmutableArray<V1StatusCause> causes) =>
        new(false, 422, KubernetesReasons.Invalid, message, causes, []);
}
