using System.Collections.Immutable;
using ModelOperator.CarbonBudgets;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Registry;

/// <summary>The ledger's archive: what budgets and runs say about reservations, as rows; pure.</summary>
public static class BudgetRows
{
    /// <summary>The budget as it is, the window in force, what it was carried over, and the reservations.</summary>
    /// <param name="budget">Budget.</param>
    /// <param name="deletedAt">When it was found to be gone; null while it exists.</param>
    public static ImmutableArray<RegistryRow> Of(V1CarbonBudget budget, DateTimeOffset? deletedAt = null) =>
        budget.Metadata.Uid is null ? [] : [Budget(budget, deletedAt), .. Entries(budget)];

    private static RegistryRow Budget(V1CarbonBudget budget, DateTimeOffset? deletedAt)
    {
        var status = budget.Status;
        return LedgerTables.Budgets.Row(
            ("uid", budget.Metadata.Uid), ("namespace", SpaceOf(budget)), ("name", budget.Metadata.Name), ("budget_kind", budget.Kind),
            ("budget_window", budget.Spec.Window.ToString()), ("enforcement", budget.Spec.Enforcement.ToString()), ("window_start", status?.WindowStart),
            ("window_end", status?.WindowEnd), ("limit_milligrams", status?.LimitMilligrams), ("limit_milliwatt_hours", status?.LimitMilliwattHours),
            ("settled_milligrams", status?.SettledMilligrams), ("settled_milliwatt_hours", status?.SettledMilliwattHours),
            ("reserved_milligrams", status?.ReservedMilligrams), ("reserved_milliwatt_hours", status?.ReservedMilliwattHours),
            ("debt_milligrams", status?.DebtMilligrams), ("debt_milliwatt_hours", status?.DebtMilliwattHours), ("settled_runs", status?.SettledRuns),
            ("held_runs", status is null ? null : status.Holds?.Count ?? 0), ("waiting_runs", status?.WaitingRuns),
            ("created_at", budget.Metadata.CreationTimestamp), ("deleted_at", deletedAt));
    }

    private static ImmutableArray<RegistryRow> Entries(V1CarbonBudget budget)
    {
        if (budget is not { Metadata.Uid: not null, Status: { } status })
            return [];
        ImmutableArray<RegistryRow> holds =
        [
            .. (status.Holds ?? []).Select(hold => Reserve(budget, hold)),
            .. (status.Holds ?? []).Where(static hold => hold.ChangedAt is not null).Select(hold => Adjust(budget, hold)),
        ];
        // A budget of single runs has no windows.
        if (Window(budget, closed: false) is not { } window || status.WindowStart is not { } start)
            return holds;
        var roll = LedgerTables.Ledger.Row(
            ("namespace", SpaceOf(budget)), ("budget", budget.Metadata.Name), ("budget_uid", budget.Metadata.Uid), ("budget_kind", budget.Kind), ("run", ""), ("run_uid", ""),
            ("kind", "roll"), ("milligrams", status.DebtMilligrams - (status.CarriedMilligrams ?? 0)), ("milliwatt_hours", status.DebtMilliwattHours - (status.CarriedMilliwattHours ?? 0)), ("reserved_at", start),
            ("basis", "DebtCarriedOver"), ("at", start));
        return
        [
            window,
            LedgerTables.WindowsClosed.Row(("budget_uid", budget.Metadata.Uid), ("window_start", start)),
            roll,
            .. holds,
        ];
    }

    /// <summary>The window of a status; null when it has none.</summary>
    /// <param name="budget">Budget.</param>
    /// <param name="closed">Whether the sums are final.</param>
    public static RegistryRow? Window(V1CarbonBudget budget, bool closed)
    {
        if (budget.Metadata.Uid is null || budget.Status is not { WindowStart: { } start, WindowEnd: { } end } status)
            return null;
        return LedgerTables.Windows.Row(
            ("budget_uid", budget.Metadata.Uid), ("window_start", start), ("window_end", end), ("namespace", SpaceOf(budget)),
            ("budget", budget.Metadata.Name), ("budget_kind", budget.Kind), ("limit_milligrams", status.LimitMilligrams), ("limit_milliwatt_hours", status.LimitMilliwattHours),
            ("settled_milligrams", status.SettledMilligrams), ("settled_milliwatt_hours", status.SettledMilliwattHours),
            ("reserved_milligrams", status.ReservedMilligrams), ("reserved_milliwatt_hours", status.ReservedMilliwattHours),
            ("debt_milligrams", status.DebtMilligrams), ("debt_milliwatt_hours", status.DebtMilliwattHours), ("settled_runs", status.SettledRuns),
            ("closed", closed));
    }

    /// <summary>
    /// What a run means to the budgets that may have held something for it: settled where it is over and its hold gone, given back where it goes on without
    /// its hold. The statements look whether a reservation was archived; <c>certain</c> spares them that where the objects prove it.
    /// </summary>
    /// <param name="run">Run.</param>
    /// <param name="budgets">Budgets of the run's namespace, and those over many.</param>
    public static ImmutableArray<RegistryRow> Of(V1TrainingRun run, IEnumerable<V1CarbonBudget> budgets)
    {
        if (run.Metadata.Uid is not { } uid || run.Status is not { } status)
            return [];
        var open = budgets
            .Where(budget => budget.Metadata.Uid is not null && (budget.Status?.Holds ?? []).All(hold => hold.RunUid != uid))
            .OrderBy(CarbonBudgetLedgers.NameOf, StringComparer.Ordinal);
        if (IsOver(run))
            return [.. open.Select(budget => Settle(budget, run, status, uid))];
        return status.Attempts is { Execution: > 0 }
            ? []
            : [.. open.Select(budget => LedgerTables.Releases.Row(("budget_uid", budget.Metadata.Uid), ("run_uid", uid)))];
    }

    /// <summary>Whether nothing more will be used.</summary>
    /// <param name="run">Run.</param>
    public static bool IsOver(V1TrainingRun run) => run.Status?.Phase is TrainingRunPhase.Succeeded or TrainingRunPhase.Failed;

    private static RegistryRow Reserve(V1CarbonBudget budget, CarbonHold hold)
    {
        var (at, run) = (ReservedAt(budget, hold), CarbonBudgetLedgers.RunOf(budget, hold));
        return LedgerTables.Ledger.Row(
            ("namespace", run.Namespace), ("budget", budget.Metadata.Name), ("budget_uid", budget.Metadata.Uid), ("budget_kind", budget.Kind), ("run", run.Name),
            ("run_uid", hold.RunUid), ("kind", "reserve"), ("milligrams", hold.Milligrams), ("milliwatt_hours", hold.MilliwattHours), ("reserved_at", at),
            ("basis", budget.Spec.Reserve.ToString()), ("at", at));
    }

    private static DateTimeOffset ReservedAt(V1CarbonBudget budget, CarbonHold hold) => hold.ReservedAt ?? budget.Status?.WindowStart ?? DateTimeOffset.UnixEpoch;

    /// <summary>An extension, or what a pause booked and gave back.</summary>
    private static RegistryRow Adjust(V1CarbonBudget budget, CarbonHold hold)
    {
        var run = CarbonBudgetLedgers.RunOf(budget, hold);
        return LedgerTables.Ledger.Row(
            ("namespace", run.Namespace), ("budget", budget.Metadata.Name), ("budget_uid", budget.Metadata.Uid), ("budget_kind", budget.Kind), ("run", run.Name),
            ("run_uid", hold.RunUid), ("kind", "adjust"), ("milligrams", hold.Milligrams), ("milliwatt_hours", hold.MilliwattHours),
            ("reserved_at", ReservedAt(budget, hold)), ("basis", hold.RefusedMilligrams is null ? "HoldChanged" : "HoldChangedAndRefused"), ("at", hold.ChangedAt),
            ("booked_milligrams", hold.BookedMilligrams ?? 0), ("booked_milliwatt_hours", hold.BookedMilliwattHours ?? 0));
    }

    private static RegistryRow Settle(V1CarbonBudget budget, V1TrainingRun run, TrainingRunStatus status, string uid)
    {
        var ended = status.CompletionTime ?? run.Metadata.CreationTimestamp ?? DateTimeOffset.UnixEpoch;
        return LedgerTables.Settlements.Row(
            ("namespace", run.Metadata.NamespaceProperty), ("budget", budget.Metadata.Name), ("budget_uid", budget.Metadata.Uid), ("budget_kind", budget.Kind), ("run", run.Metadata.Name),
            ("run_uid", uid), ("milligrams", status.Energy?.EmissionsMilligrams ?? 0), ("milliwatt_hours", FacilityEnergy(status)),
            ("basis", status.Energy?.Method ?? "NothingUsed"), ("at", ended), ("reserved_at", status.StartTime ?? ended), ("certain", HadHold(budget, run, status, ended)));
    }

    /// <summary>
    /// A run that started held room in every budget that covered it then; a budget made after its end never held any. Which namespaces one over many
    /// selected then is not on record.
    /// </summary>
    private static bool HadHold(V1CarbonBudget budget, V1TrainingRun run, TrainingRunStatus status, DateTimeOffset ended) =>
        status is { Attempts.Execution: > 0, Estimate: not null, CompletionTime: not null }
        && budget.Metadata.CreationTimestamp is { } made && made <= ended
        && CarbonBudgetMatcher.Covers(budget, run) is true;

    private static string SpaceOf(V1CarbonBudget budget) => budget.Metadata.NamespaceProperty ?? "";

    /// <summary>The facility's overhead included: what the limit counts.</summary>
    private static long FacilityEnergy(TrainingRunStatus status) => status.Energy is not { } energy
        ? 0
        : (long)((Int128)energy.EnergyMilliwattHours * Math.Max(energy.PueMilli, 1000) / 1000);
}
