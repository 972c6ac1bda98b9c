using System.Collections.Immutable;
using ModelOperator.CarbonBudgets.Overrides;
using ModelOperator.Kubernetes.Runtime;
using static ModelOperator.Registry.ColumnKind;

namespace ModelOperator.Registry;

/// <summary>Overrides of budgets as rows; pure.</summary>
public static class OverrideRows
{
    /// <summary>Overrides.</summary>
    public static RegistryTable Overrides { get; } = RegistryTable.Replacing(
        "budget_overrides", null,
        new("uid", Text, true), new("namespace", Text), new("name", Text), new("budget", Text), new("budget_kind", Text), new("run", Text), new("run_uid", Text),
        new("extra_milligrams", Number), new("extra_milliwatt_hours", Number), new("reason", Text), new("approved_by", Text), new("expires_at", Time),
        new("phase", Text), new("phase_reason", Text), new("booked_milligrams", Number), new("booked_milliwatt_hours", Number), new("created_at", Time),
        new("used_at", Time), new("deleted_at", Time));

    /// <summary>The row of an override; none before it has a UID.</summary>
    /// <param name="one">Override.</param>
    /// <param name="deletedAt">When it was found to be gone; null while it exists.</param>
    public static ImmutableArray<RegistryRow> Of(V1BudgetOverride one, DateTimeOffset? deletedAt)
    {
        if (one.Metadata is not { Uid: { } uid, NamespaceProperty: { } space })
            return [];
        var extra = BudgetOverrideRules.ExtraOf(one.Spec);
        return
        [
            Overrides.Row(
                ("uid", uid), ("namespace", space), ("name", one.Metadata.Name), ("budget", one.Spec.Budget.Name), ("budget_kind", one.Spec.Budget.Kind.ToString()), ("run", one.Spec.Run.Name), ("run_uid", one.Status?.RunUid),
                ("extra_milligrams", extra.Emissions.Milligrams), ("extra_milliwatt_hours", extra.Energy.MilliwattHours), ("reason", one.Spec.Reason),
                ("approved_by", one.Spec.ApprovedBy), ("expires_at", one.Spec.ExpiresAt), ("phase", (one.Status?.Phase ?? default).ToString()),
                ("phase_reason", Conditions.Find(one.Status?.Conditions, "Ready")?.Reason), ("booked_milligrams", one.Status?.BookedMilligrams),
                ("booked_milliwatt_hours", one.Status?.BookedMilliwattHours), ("created_at", one.Metadata.CreationTimestamp), ("used_at", one.Status?.UsedAt),
                ("deleted_at", deletedAt)),
        ];
    }
}
