using static ModelOperator.Registry.ColumnKind;

namespace ModelOperator.Registry;

/// <summary>The archive of the budgets: its rows and the statements that add to it.</summary>
public static class LedgerTables
{
    /// <summary>Facts of the ledger: reservations, their changes, and rolls.</summary>
    public static RegistryTable Ledger { get; } = RegistryTable.Appending(
        "budget_ledger",
        new("namespace", Text), new("budget", Text), new("budget_uid", Text, true), new("budget_kind", Text), new("run", Text), new("run_uid", Text, true),
        new("kind", Text, true), new("milligrams", Number), new("milliwatt_hours", Number), new("reserved_at", Time, true),
        new("basis", Text), new("at", Time), new("booked_milligrams", Number), new("booked_milliwatt_hours", Number));

    /// <summary>
    /// Books what a run used. <c>certain</c> says that the objects alone prove the reservation; else an archived one must be there.
    /// </summary>
    public static RegistryTable Settlements { get; } = RegistryTable.Statement(
        "budget_ledger settle",
        """
        INSERT INTO budget_ledger (namespace, budget, budget_uid, budget_kind, run, run_uid, kind, milligrams, milliwatt_hours, reserved_at, basis, at)
        SELECT $1, $2, $3, $12, $4, $5, 'settle', $6, $7, COALESCE(held.reserved_at, $10), $8, $9
        FROM (SELECT max(reserved_at) AS reserved_at FROM budget_ledger WHERE budget_uid = $3 AND run_uid = $5 AND kind = 'reserve') AS held
        WHERE held.reserved_at IS NOT NULL OR $11
        ON CONFLICT DO NOTHING
        """,
        new("namespace", Text), new("budget", Text), new("budget_uid", Text), new("run", Text), new("run_uid", Text),
        new("milligrams", Number), new("milliwatt_hours", Number), new("basis", Text), new("at", Time), new("reserved_at", Time),
        new("certain", Flag), new("budget_kind", Text));

    /// <summary>Gives archived reservations of a run back that its budget no longer holds though the run goes on.</summary>
    public static RegistryTable Releases { get; } = RegistryTable.Statement(
        "budget_ledger release",
        """
        INSERT INTO budget_ledger (namespace, budget, budget_uid, budget_kind, run, run_uid, kind, milligrams, milliwatt_hours, reserved_at, basis, at)
        SELECT namespace, budget, budget_uid, budget_kind, run, run_uid, 'release', milligrams, milliwatt_hours, reserved_at, 'HoldGivenBack', now()
        FROM budget_ledger AS held WHERE budget_uid = $1 AND run_uid = $2 AND kind = 'reserve'
            AND NOT EXISTS (SELECT 1 FROM budget_ledger WHERE budget_uid = $1 AND run_uid = $2 AND kind = 'settle')
        ON CONFLICT DO NOTHING
        """,
        new("budget_uid", Text), new("run_uid", Text));

    /// <summary>
    /// Books archived reservations whose run is nowhere to be seen and whose hold is gone: at what the run's row says it used, else in full.
    /// </summary>
    public static RegistryTable Orphans { get; } = RegistryTable.Statement(
        "budget_ledger orphans",
        """
        INSERT INTO budget_ledger (namespace, budget, budget_uid, budget_kind, run, run_uid, kind, milligrams, milliwatt_hours, reserved_at, basis, at)
        SELECT DISTINCT ON (held.run_uid) held.namespace, held.budget, held.budget_uid, held.budget_kind, held.run, held.run_uid, 'settle',
            COALESCE(runs.emissions_milligrams, held.milligrams),
            COALESCE(runs.energy_milliwatt_hours * GREATEST(runs.pue_milli, 1000) / 1000, held.milliwatt_hours),
            held.reserved_at, CASE WHEN runs.emissions_milligrams IS NULL THEN 'ReservedOfVanishedRun' ELSE 'LastSeenOfVanishedRun' END, now()
        FROM budget_ledger AS held LEFT JOIN runs ON runs.uid = held.run_uid
        WHERE held.budget_uid = $1 AND held.kind = 'reserve'
            AND held.run_uid NOT IN (SELECT jsonb_array_elements_text($2::jsonb))
            AND NOT EXISTS (SELECT 1 FROM budget_ledger AS closed WHERE closed.budget_uid = $1 AND closed.run_uid = held.run_uid
                AND (closed.kind = 'settle' OR (closed.kind = 'release' AND closed.reserved_at = held.reserved_at)))
        ORDER BY held.run_uid, held.reserved_at DESC
        ON CONFLICT DO NOTHING
        """,
        new("budget_uid", Text), new("known_uids", Json));

    /// <summary>Windows of budgets; a closed one is only replaced by a closed one.</summary>
    public static RegistryTable Windows { get; } = RegistryTable.Replacing(
        "budget_windows", "EXCLUDED.closed OR NOT held.closed",
        new("budget_uid", Text, true), new("window_start", Time, true), new("window_end", Time), new("namespace", Text), new("budget", Text), new("budget_kind", Text),
        new("limit_milligrams", Number), new("limit_milliwatt_hours", Number), new("settled_milligrams", Number),
        new("settled_milliwatt_hours", Number), new("reserved_milligrams", Number), new("reserved_milliwatt_hours", Number),
        new("debt_milligrams", Number), new("debt_milliwatt_hours", Number), new("settled_runs", Number), new("closed", Flag));

    /// <summary>Closes the windows before the one in force.</summary>
    public static RegistryTable WindowsClosed { get; } = RegistryTable.Statement(
        "budget_windows closed",
        "UPDATE budget_windows SET closed = true, recorded_at = now() WHERE budget_uid = $1 AND window_start < $2 AND NOT closed",
        new("budget_uid", Text), new("window_start", Time));

    /// <summary>Marks a run as gone.</summary>
    public static RegistryTable RunGone { get; } = Gone("runs");

    /// <summary>Marks a model as gone. Its aliases go with it: nobody holds them in force any more.</summary>
    public static RegistryTable ModelGone { get; } = RegistryTable.Statement(
        "models gone",
        """
        WITH gone AS (UPDATE models SET deleted_at = now(), recorded_at = now() WHERE uid = $1 AND deleted_at IS NULL RETURNING namespace, name),
        given_up AS (
            DELETE FROM aliases USING gone WHERE aliases.namespace = gone.namespace AND aliases.model = gone.name
            RETURNING aliases.namespace, aliases.model, aliases.alias)
        INSERT INTO alias_history (namespace, model, alias, at) SELECT given_up.*, now() FROM given_up
        """,
        new RegistryColumn("uid", Text));

    /// <summary>Marks a version as gone.</summary>
    public static RegistryTable VersionGone { get; } = Gone("model_versions");

    /// <summary>Budgets as they are.</summary>
    public static RegistryTable Budgets { get; } = RegistryTable.Replacing(
        "budgets", null,
        new("uid", Text, true), new("namespace", Text), new("name", Text), new("budget_kind", Text), new("budget_window", Text), new("enforcement", Text),
        new("window_start", Time), new("window_end", Time), new("limit_milligrams", Number), new("limit_milliwatt_hours", Number),
        new("settled_milligrams", Number), new("settled_milliwatt_hours", Number), new("reserved_milligrams", Number),
        new("reserved_milliwatt_hours", Number), new("debt_milligrams", Number), new("debt_milliwatt_hours", Number), new("settled_runs", Number),
        new("held_runs", Number), new("waiting_runs", Number), new("created_at", Time), new("deleted_at", Time));

    /// <summary>Marks a budget as gone.</summary>
    public static RegistryTable BudgetGone { get; } = Gone("budgets");

    /// <summary>Marks a canary as gone.</summary>
    public static RegistryTable CanaryGone { get; } = Gone("canaries");

    /// <summary>Marks an override as gone.</summary>
    public static RegistryTable OverrideGone { get; } = Gone("budget_overrides");

    private static RegistryTable Gone(string table) => RegistryTable.Statement(
        $"{table} gone",
        $"UPDATE {table} SET deleted_at = now(), recorded_at = now() WHERE uid = $1 AND deleted_at IS NULL",
        new RegistryColumn("uid", Text));
}
