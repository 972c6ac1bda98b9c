using System.Collections.Immutable;
using ModelOperator.CanaryDeployments;

namespace ModelOperator.Registry;

/// <summary>Outcomes and decisions of a canary as rows; pure.</summary>
public static class CanaryRows
{
    /// <summary>All that the canary's status still shows.</summary>
    /// <param name="canary">Canary.</param>
    public static ImmutableArray<RegistryRow> Of(V1CanaryDeployment canary)
    {
        if (canary.Metadata.Uid is null || canary.Metadata.NamespaceProperty is null || canary.Status is not { } status)
            return [];
        var outcomes = (status.History ?? []).Where(static outcome => outcome.FinishedAt is not null).Select(outcome => Outcome(canary, outcome, status.LastDecision));
        return [.. outcomes, .. Decision(canary)];
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
