using System.Collections.Immutable;
using ModelOperator.CarbonBudgets;
using static ModelOperator.RegistryApi.ApiType;

namespace ModelOperator.RegistryApi;

/// <summary>Budgets, and what canaries and budgets went through.</summary>
internal static class ApiHistories
{
    private static readonly ImmutableArray<ApiField> Sums =
    [
        new("limitMilligrams", "t.limit_milligrams", Integer, "Limit of emissions."),
        new("limitMilliwattHours", "t.limit_milliwatt_hours", Integer, "Limit of energy."),
        new("settledMilligrams", "t.settled_milligrams", Integer, "Emissions of finished runs."),
        new("settledMilliwattHours", "t.settled_milliwatt_hours", Integer, "Energy of finished runs."),
        new("reservedMilligrams", "t.reserved_milligrams", Integer, "Emissions held for runs."),
        new("reservedMilliwattHours", "t.reserved_milliwatt_hours", Integer, "Energy held for runs."),
        new("debtMilligrams", "t.debt_milligrams", Integer, "Overdraft of the window before."),
        new("debtMilliwattHours", "t.debt_milliwatt_hours", Integer, "Overdraft of the window before."),
        new("settledRuns", "t.settled_runs", Integer, "Finished runs."),
    ];

    public static ApiCollection Budgets { get; } = BudgetsOf(nameof(V1CarbonBudget)[2..], "t.namespace");

    public static ApiCollection ClusterBudgets { get; } = BudgetsOf(nameof(V1ClusterCarbonBudget)[2..], null);

    public static ApiCollection Windows { get; } = new()
    {
        Schema = "BudgetWindow",
        From = "budget_windows AS t",
        Keys = [new("t.window_start", "timestamptz"), new("t.budget_uid")],
        Fields =
        [
            new("budget", "t.budget", Text, "Budget."),
            new("budgetUid", "t.budget_uid", Text, "UID of the budget."),
            new("windowStart", "t.window_start", ApiType.Time, "Start of the window."),
            new("windowEnd", "t.window_end", ApiType.Time, "End of the window."),
            new("closed", "t.closed", ApiType.Boolean, "Whether the sums are final."),
            .. Sums,
        ],
    };

    public static ApiCollection Ledger { get; } = new()
    {
        Schema = "LedgerEntry",
        From = "budget_ledger AS t",
        Keys = [new("t.id", "bigint")],
        Filters =
        [
            ApiFilter.Equal("kind", "t.kind", "Kind of entry.", ApiValues.OneOf("reserve", "adjust", "settle", "release", "roll")),
            ApiFilter.Equal("run", "t.run", "Name of the run.", ApiFilters.ObjectName),
        ],
        Fields =
        [
            new("budget", "t.budget", Text, "Budget."),
            new("budgetUid", "t.budget_uid", Text, "UID of the budget."),
            new("kind", "t.kind", Text, "reserve, adjust, settle, release or roll."),
            new("namespace", "t.namespace", Text, "Namespace of the run."),
            new("run", "t.run", Text, "Run."),
            new("runUid", "t.run_uid", Text, "UID of the run."),
            new("milligrams", "t.milligrams", Integer, "Emissions."),
            new("milliwattHours", "t.milliwatt_hours", Integer, "Energy, the facility's overhead included."),
            new("basis", "t.basis", Text, "What the amounts rest on."),
            new("reservedAt", "t.reserved_at", ApiType.Time, "When the reservation was made."),
            new("at", "t.at", ApiType.Time, "When it was booked."),
        ],
    };

    public static ApiCollection Outcomes { get; } = new()
    {
        Schema = "CanaryOutcome",
        From = "canary_outcomes AS t",
        Keys = [new("t.finished_at", "timestamptz"), new("t.canary_uid"), new("t.version"), new("t.outcome")],
        Filters = [ApiFilter.Equal("outcome", "t.outcome", "How it ended."), ApiFilter.Equal("version", "t.version", "Version.", ApiFilters.ObjectName)],
        Fields =
        [
            new("canary", "t.canary", Text, "CanaryDeployment."),
            new("canaryUid", "t.canary_uid", Text, "Its UID."),
            new("model", "t.model", Text, "Model."),
            new("version", "t.version", Text, "Version under test."),
            new("stable", "t.stable", Text, "Version that served."),
            new("outcome", "t.outcome", Text, "How it ended."),
            .. Evidence,
            new("startedAt", "t.started_at", ApiType.Time, "When it began."),
            new("finishedAt", "t.finished_at", ApiType.Time, "When it ended."),
        ],
    };

    public static ApiCollection Decisions { get; } = new()
    {
        Schema = "CanaryDecision",
        From = "decisions AS t",
        Keys = [new("t.at", "timestamptz"), new("t.canary_uid"), new("t.action"), new("t.reason"), new("t.metric")],
        Fields =
        [
            new("canary", "t.canary", Text, "CanaryDeployment."),
            new("canaryUid", "t.canary_uid", Text, "Its UID."),
            new("at", "t.at", ApiType.Time, "When it was decided."),
            new("action", "t.action", Text, "What was decided."),
            new("stableVersion", "t.stable_version", Text, "Version that served."),
            new("canaryVersion", "t.canary_version", Text, "Version under test."),
            .. Evidence,
            new("message", "t.message", Text, "More for people."),
        ],
    };

    private static ImmutableArray<ApiField> Evidence =>
    [
        new("reason", "t.reason", Text, "Why."),
        new("metric", "t.metric", Text, "Metric that decided."),
        new("value", "t.value", Text, "Its value."),
        new("baseline", "t.baseline", Text, "Its value on the stable version."),
        new("bound", "t.bound", Text, "What it was held against."),
        new("samples", "t.samples", Integer, "Samples."),
    ];

    private static ApiCollection BudgetsOf(string kind, string? space) => new()
    {
        Schema = kind,
        From = "budgets AS t",
        Always = $"t.budget_kind = '{kind}'",
        Namespace = space,
        Keys = [new("t.namespace"), new("t.name"), new("t.uid")],
        Filters = [ApiFilters.Name, ApiFilter.Equal("enforcement", "t.enforcement", "Enforcement.", ApiValues.OneOf([.. Enum.GetNames<CarbonBudgetEnforcement>()])), ApiFilters.Deleted],
        Fields =
        [
            .. space is null ? (ImmutableArray<ApiField>)[] : [new("namespace", space, Text, "Namespace.")],
            new("name", "t.name", Text, "Name."),
            new("uid", "t.uid", Text, "UID."),
            new("window", "t.budget_window", Text, "Kind of window."),
            new("enforcement", "t.enforcement", Text, "Enforcement."),
            new("windowStart", "t.window_start", ApiType.Time, "Start of the window in force."),
            new("windowEnd", "t.window_end", ApiType.Time, "End of the window in force."),
            .. Sums,
            new("heldRuns", "t.held_runs", Integer, "Runs with a reservation."),
            new("waitingRuns", "t.waiting_runs", Integer, "Runs that wait for room."),
            new("createdAt", "t.created_at", ApiType.Time, "When it was created."),
            new("deletedAt", "t.deleted_at", ApiType.Time, "When it was seen to be gone."),
        ],
    };
}
