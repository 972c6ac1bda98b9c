using System.Collections.Immutable;
using ModelOperator.CanaryDeployments;

namespace ModelOperator.Registry;

/// <summary>Outcomes and decisions of a canary as rows; pure.</summary>
public static class CanaryRows
{
    /// <summary>The canary as it is, and all that its status still shows.</summary>
    /// <param name="canary">Canary.</param>
    /// <param name="deletedAt">When it was found to be gone; null while it exists.</param>
    public static ImmutableArray<RegistryRow> Of(V1CanaryDeployment canary, DateTimeOffset? deletedAt = null)
    {
        if (canary.Metadata.Uid is null || canary.Metadata.NamespaceProperty is null)
            return [];
        var outcomes = (canary.Status?.History ?? []).Where(static outcome => outcome.FinishedAt is not null).Select(outcome => Outcome(canary, outcome, canary.Status?.LastDecision));
        return [Canary(canary, deletedAt), .. outcomes, .. Decision(canary)];
    }

    /// <summary>The latest decision alone, or nothing.</summary>
    /// <param name="canary">Canary.</param>
    public static ImmutableArray<RegistryRow> Decision(V1CanaryDeployment canary)
    {
        if (canary.Metadata.Uid is null || canary.Metadata.NamespaceProperty is null || canary.Status?.LastDecision is not { Time: { } at } decision)
            return [];
        return
        [
            RegistryTables.Decisions.Row(
                ("canary_uid", canary.Metadata.Uid), ("at", at), ("action", decision.Action), ("reason", decision.Reason), ("metric", decision.Metric ?? ""),
                ("namespace", canary.Metadata.NamespaceProperty), ("canary", canary.Metadata.Name), ("model", canary.Spec.Model),
                ("stable_version", canary.Status.StableVersion), ("canary_version", canary.Status.CanaryVersion ?? canary.Status.RejectedVersion),
                ("value", decision.Value), ("baseline", decision.Baseline), ("bound", decision.Bound), ("samples", decision.Samples),
                ("message", decision.Message)),
        ];
    }

    private static RegistryRow Canary(V1CanaryDeployment canary, DateTimeOffset? deletedAt)
    {
        var status = canary.Status;
        return RegistryTables.Canaries.Row(
            ("uid", canary.Metadata.Uid), ("namespace", canary.Metadata.NamespaceProperty), ("name", canary.Metadata.Name), ("model", canary.Spec.Model),
            ("alias", canary.Spec.Alias), ("wanted_version", canary.Spec.VersionRef.Name), ("phase", (status?.Phase ?? CanaryPhase.Pending).ToString()),
            ("reason", status?.Reason), ("message", status?.Message), ("stable_version", status?.StableVersion), ("canary_version", status?.CanaryVersion),
            ("rejected_version", status?.RejectedVersion), ("stable_weight", status?.Weights?.Stable), ("canary_weight", status?.Weights?.Canary),
            ("step", status?.Step), ("created_at", canary.Metadata.CreationTimestamp), ("deleted_at", deletedAt));
    }

    /// <summary>The numbers behind an outcome are those of the decision that ended it, as long as the status shows that decision.</summary>
    private static RegistryRow Outcome(V1CanaryDeployment canary, CanaryOutcome outcome, CanaryDecision? last)
    {
        var decided = last is not null && last.Time == outcome.FinishedAt && last.Metric == outcome.Metric ? last : null;
        return RegistryTables.CanaryOutcomes.Row(
            ("canary_uid", canary.Metadata.Uid), ("version", outcome.Version), ("outcome", outcome.Outcome), ("finished_at", outcome.FinishedAt),
            ("namespace", canary.Metadata.NamespaceProperty), ("canary", canary.Metadata.Name), ("model", canary.Spec.Model), ("stable", outcome.Stable),
            ("reason", outcome.Reason), ("metric", outcome.Metric), ("value", decided?.Value), ("baseline", decided?.Baseline), ("bound", decided?.Bound),
            ("samples", decided?.Samples), ("started_at", outcome.StartedAt));
    }
}
