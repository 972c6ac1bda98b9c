using System.Text.Json;
using ModelOperator.CanaryDeployments;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.TrainingRuns;

namespace ModelOperator.ModelVersions;

/// <summary>What the webhook says about a ModelVersion; pure.</summary>
public static class ModelVersionAdmission
{
    private const string NamespaceController = "system:serviceaccount:kube-system:namespace-controller";

    /// <summary>
    /// The refusal of a CREATE or UPDATE, or null when it is allowed. Aliases, tags, description and archived may change; the rest is content
    /// and immutable. An update with an unchanged spec, or of an object that is going, always passes.
    /// </summary>
    /// <param name="old">The object before; null on CREATE.</param>
    /// <param name="version">The object.</param>
    /// <param name="canaries">CanaryDeployments of the namespace.</param>
    /// <param name="model">Its Model; null when there is none.</param>
    public static string? Refusal(V1ModelVersion? old, V1ModelVersion version, IReadOnlyCollection<V1CanaryDeployment>? canaries = null, V1Model? model = null)
    {
        if (version.IsDeleting || (old is not null && Wire(old.Spec) == Wire(version.Spec)))
            return null;
        if (old is not null && ChangedContent(old.Spec, version.Spec) is { } field)
            return $"spec.{field} is content of the version and immutable; register a new version instead. Aliases, tags, description and archived may change.";
        if (version.Spec.Archived && old?.Spec.Archived != true && Users(version, canaries ?? [], model) is { } users)
            return $"spec.archived: ModelVersion {version.Metadata.Name} is used by {users}; point it at another version first.";
        return ModelVersionValidation.Problem(version)?.Message;
    }

    /// <summary>
    /// The refusal of a CREATE that claims a run which registered another version already, or null: energy and lineage of a run are those of one version, and the history
    /// takes no second one. What was copied under another number names its origin in spec.lineage.parent.
    /// </summary>
    /// <param name="version">The object.</param>
    /// <param name="run">The run that it names; null when there is none any more.</param>
    public static string? RunRefusal(V1ModelVersion version, V1TrainingRun? run) =>
        run is { Metadata.Uid: { } uid, Status.ModelVersion: { } registered } && version.Spec.TrainingRun?.Uid == uid && registered != version.Metadata.Name
            ? $"spec.trainingRun: TrainingRun {run.Metadata.Name} registered ModelVersion {registered}; a run makes one version. Leave it out, and name {registered} in spec.lineage.parent."
            : null;

    /// <summary>
    /// The same rule for a version that is there, which no webhook refused. The history links a run to one version, so that its energy counts once; it takes this one without its run.
    /// </summary>
    /// <param name="version">The object.</param>
    /// <param name="run">The run that it names; null when there is none any more.</param>
    /// <param name="claimants">Versions that name the run, this one among them.</param>
    public static string? RunProblem(V1ModelVersion version, V1TrainingRun? run, IEnumerable<V1ModelVersion> claimants)
    {
        const string Effect = " In the history this version has no run.";
        if (RunRefusal(version, run) is { } refusal)
            return refusal + Effect;
        // The run says who is its version; where it is gone, or has not said it yet, the one that was there first is.
        if (version.Spec.TrainingRun is not { } origin || (run?.Metadata.Uid == origin.Uid && run?.Status?.ModelVersion is not null))
            return null;
        var first = claimants.Where(other => !other.IsDeleting && other.Metadata.NamespaceProperty == version.Metadata.NamespaceProperty && other.Spec.TrainingRun?.Uid == origin.Uid)
            .OrderBy(static other => other.Metadata.CreationTimestamp).ThenBy(static other => other.Metadata.Name, StringComparer.Ordinal).FirstOrDefault()?.Metadata.Name;
        return first is null || first == version.Metadata.Name
            ? null
            : $"spec.trainingRun: TrainingRun {origin.Name} made ModelVersion {first}; a run makes one version. Leave it out, and name {first} in spec.lineage.parent.{Effect}";
    }

    /// <summary>
    /// The refusal of a DELETE, or null when it is allowed: a version stays that a living CanaryDeployment uses, that an alias in git names, or that still holds one
    /// because the version that git names is not Ready.
    /// </summary>
    /// <param name="version">The object.</param>
    /// <param name="canaries">CanaryDeployments of the namespace.</param>
    /// <param name="user">Who deletes; the end of a whole namespace is never held up.</param>
    /// <param name="model">Its Model; null when there is none.</param>
    public static string? DeletionRefusal(V1ModelVersion version, IReadOnlyCollection<V1CanaryDeployment> canaries, string? user, V1Model? model = null)
    {
        if (version.IsDeleting || user == NamespaceController)
            return null;
        return Users(version, canaries, model) is { } users
            ? $"ModelVersion {version.Metadata.Name} is used by {users}; point it at another version or delete it first. To put the version aside and keep it, set spec.archived then."
            : null;
    }

    /// <summary>Who uses a version: living canaries, else a living Model whose aliases name it, by git or by what is in force; null when nobody does.</summary>
    private static string? Users(V1ModelVersion version, IReadOnlyCollection<V1CanaryDeployment> canaries, V1Model? model)
    {
        var name = version.Metadata.Name;
        if (ModelVersionUse.UsersOf(name, canaries) is { Count: > 0 } users)
            return $"CanaryDeployment {string.Join(", ", users)}";
        if (model is not { IsDeleting: false } || model.Metadata.Name != version.Spec.Model)
            return null;
        if ((model.Spec.Aliases ?? []).FirstOrDefault(alias => alias.Version == name) is { } named)
            return $"alias {named.Name} in spec.aliases of Model {model.Metadata.Name}";
        // Of an alias that git gave up its status may tell a moment longer.
        return (model.Status?.Aliases ?? []).FirstOrDefault(held => held.Version == name && (model.Spec.Aliases ?? []).Any(alias => alias.Name == held.Name)) is { } last
            ? $"alias {last.Name} of Model {model.Metadata.Name}, which it holds until the version that spec.aliases names is Ready"
            : null;
    }

    private static string? ChangedContent(ModelVersionSpec old, ModelVersionSpec next)
    {
        if (old.Model != next.Model)
            return "model";
        if (old.Artifact != next.Artifact)
            return "artifact";
        if (old.TrainingRun != next.TrainingRun)
            return "trainingRun";
        if (old.External != next.External)
            return "external";
        if (ModelSignatures.Wire(old.Signature) != ModelSignatures.Wire(next.Signature))
            return "signature";
        // Lists make record equality too strict; the wire form is what the user wrote.
        if (Wire(Only(old) with { Lineage = old.Lineage }) != Wire(Only(old) with { Lineage = next.Lineage }))
            return "lineage";
        if (Wire(Only(old) with { Metrics = old.Metrics }) != Wire(Only(old) with { Metrics = next.Metrics }))
            return "metrics";
        return old.Energy == next.Energy ? null : "energy";
    }

    private static ModelVersionSpec Only(ModelVersionSpec spec) => new() { Model = spec.Model, Artifact = spec.Artifact };

    private static string Wire(ModelVersionSpec spec) => JsonSerializer.Serialize(spec, ModelVersionsJson.Default.ModelVersionSpec);
}
