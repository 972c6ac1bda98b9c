using System.Collections.Immutable;
using System.Globalization;
using ModelOperator.Api;
using ModelOperator.Carbon;
using ModelOperator.Carbon.Budgets;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.TrainingRuns;

namespace ModelOperator.CarbonBudgets;

/// <summary>Between the object and the account: the same numbers in two forms.</summary>
public static class CarbonBudgetLedgers
{
    /// <summary>The account that an object describes, in the window that holds <paramref name="now"/>.</summary>
    /// <remarks>A budget whose spec is invalid admits nothing until it is mended: its limits count as zero.</remarks>
    public static BudgetLedger Of(V1CarbonBudget budget, DateTimeOffset now)
    {
        var calendar = CalendarOf(budget.Spec, out var unknownZone);
        var limits = unknownZone is null && !SelectorProblems(budget.Spec).Any() ? LimitsOf(budget.Spec.Limit, out _) : new(Emissions.Zero, Energy.Zero);
        var ledger = BudgetLedger.Open(NameOf(budget), calendar, limits, now) with
        {
            Kind = budget.Kind,
            Enforcement = EnforcementOf(budget.Spec.Enforcement),
            CarryOver = CarryOverOf(budget.Spec.CarryOver),
        };
        if (budget.Status is not { } status || status is { WindowStart: null, ObservedGeneration: null })
            return ledger;
        return (ledger with
        {
            Window = status is { WindowStart: { } start, WindowEnd: { } end } ? new(start, end) : BudgetWindow.Always,
            Settled = new(new(status.SettledMilligrams), new(status.SettledMilliwattHours)),
            Carry = new(new((status.CarriedMilligrams ?? 0) - status.DebtMilligrams), new((status.CarriedMilliwattHours ?? 0) - status.DebtMilliwattHours)),
            Holds = (status.Holds ?? []).ToImmutableSortedDictionary(
                h => h.RunUid,
                h => h.ToHold(now),
                StringComparer.Ordinal),
        }).RollWindow(calendar, now);
    }

    /// <summary>
    /// The account with all holds in one sum: enough to see whether an amount fits, without the work of a thousand holds for each of a thousand
    /// runs that ask. Nothing may be booked on it.
    /// </summary>
    public static BudgetLedger SumsOf(V1CarbonBudget budget, DateTimeOffset now) =>
        budget.Status is { Holds.Count: > 0, WindowStart: { } start, WindowEnd: { } end } status && start <= now && now < end
            ? Of(
                budget with
                {
                    Status = status with
                    {
                        Holds = null,
                        SettledMilligrams = status.SettledMilligrams + status.ReservedMilligrams,
                        SettledMilliwattHours = status.SettledMilliwattHours + status.ReservedMilliwattHours,
                    },
                },
                now)
            : Of(budget, now);

    /// <summary>Problems of a spec, each naming field, value and what is allowed.</summary>
    public static IReadOnlyList<string> Problems(CarbonBudgetSpec spec)
    {
        List<string> problems = [];
        LimitsOf(spec.Limit, out var limit);
        if (limit is not null)
            problems.Add(limit);
        CalendarOf(spec, out var calendar);
        if (calendar is not null)
            problems.Add($"spec.timeZone: {calendar}");
        if (spec is { Window: CarbonBudgetWindow.PerRun, Thresholds.Count: > 0 } or { Window: CarbonBudgetWindow.PerRun, CarryOver: not null })
            problems.Add($"spec.{(spec.CarryOver is null ? "thresholds" : "carryOver")}: not allowed with window PerRun, where nothing adds up; set window to Month, Week or Day, or leave it away.");
        problems.AddRange((spec.Thresholds ?? []).Index().Where(static t => t.Item is < 1 or > 100)
            .Select(static t => string.Create(CultureInfo.InvariantCulture, $"spec.thresholds[{t.Index}]: {t.Item} is not allowed; a percentage from 1 to 100 is.")));
        if (spec.CarryOver is { UnusedPercent: < 0 or > 100 } carry)
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"spec.carryOver.unusedPercent: {carry.UnusedPercent} is not allowed; 0 to 100 is."));
        problems.AddRange(SelectorProblems(spec));
        return problems;
    }

    /// <summary>namespace/name; the name alone of one over many namespaces, so that two of the same name are never mixed up.</summary>
    public static string NameOf(V1CarbonBudget budget) => budget.Key.ToString();

    /// <summary>The same of the budget that an object of a namespace names.</summary>
    public static string NameOf(CarbonBudgetReference budget, string? space) => budget.Kind == CarbonBudgetKind.CarbonBudget ? $"{space}/{budget.Name}" : budget.Name;

    /// <summary>Kind and name, for people of its namespace.</summary>
    public static string TitleOf(V1CarbonBudget budget) => $"{budget.Kind} {budget.Metadata.Name}";

    /// <summary>The titles of several.</summary>
    public static string TitlesOf(IEnumerable<V1CarbonBudget> budgets) => string.Join(", ", budgets.Select(TitleOf));

    /// <summary>Kind, namespace where it has one, and name, for people anywhere.</summary>
    public static string FullTitleOf(V1CarbonBudget budget) => $"{budget.Kind} {NameOf(budget)}";

    /// <summary>The run that a hold is for.</summary>
    public static NamespacedName RunOf(V1CarbonBudget budget, CarbonHold hold) => new(hold.RunNamespace ?? budget.Metadata.NamespaceProperty ?? "", hold.RunName);

    /// <summary>What a run's estimate asks of a budget.</summary>
    public static BudgetAmount ClaimOf(V1CarbonBudget budget, TrainingEstimate estimate) => budget.Spec.Reserve == CarbonBudgetReserve.P50
        ? new(new(estimate.EmissionsMilligramsP50), new(estimate.EnergyMilliwattHoursP50))
        : new(new(estimate.EmissionsMilligramsP95), new(estimate.EnergyMilliwattHoursP95));

    /// <summary>What a limit counts of a run: emissions as measured, energy with the facility's overhead; zero when it used none.</summary>
    public static BudgetAmount AmountOf(EnergyRecord? energy) => energy is null
        ? BudgetAmount.Zero
        : new(new(energy.EmissionsMilligrams), new((long)(((Int128)energy.EnergyMilliwattHours * Math.Max(energy.PueMilli, 1000)) / 1000)));

    /// <summary>The calendar of a spec; UTC with an error when the zone is unknown.</summary>
    public static BudgetCalendar CalendarOf(CarbonBudgetSpec spec, out string? error)
    {
        var period = spec.Window switch
        {
            CarbonBudgetWindow.Day => BudgetPeriod.Day,
            CarbonBudgetWindow.Week => BudgetPeriod.Week,
            CarbonBudgetWindow.PerRun => BudgetPeriod.PerRun,
            _ => BudgetPeriod.Month,
        };
        BudgetCalendar.TryCreate(period, spec.TimeZone, out var calendar, out error);
        return calendar;
    }

    /// <summary>Grams as text in milligrams; null for none, -1 when it is no decimal number in range.</summary>
    public static long? Milligrams(string? grams) => Scaled(grams, 1_000);

    /// <summary>Kilowatt-hours as text in milliwatt-hours; null for none, -1 when it is no decimal number in range.</summary>
    public static long? MilliwattHours(string? kilowattHours) => Scaled(kilowattHours, 1_000_000);

    private static IEnumerable<string> SelectorProblems(CarbonBudgetSpec spec) => (spec as ClusterCarbonBudgetSpec)?.NamespaceSelector?.Problems() ?? [];

    private static BudgetLimits LimitsOf(CarbonBudgetLimit limit, out string? error)
    {
        error = null;
        if (limit.GramsCO2e is null && limit.KilowattHours is null)
        {
            error = "spec.limit: needs gramsCO2e, kilowattHours or both; until then nothing can start under this budget.";
            return new(Emissions.Zero, Energy.Zero);
        }

        var grams = Milligrams(limit.GramsCO2e);
        var energy = MilliwattHours(limit.KilowattHours);
        if (grams == -1 || energy == -1)
        {
            error = $"spec.limit.{(grams == -1 ? "gramsCO2e" : "kilowattHours")}: \"{(grams == -1 ? limit.GramsCO2e : limit.KilowattHours)}\" is not a decimal number in range; until then nothing can start under this budget.";
            return new(Emissions.Zero, Energy.Zero);
        }

        return new(grams is { } g ? new Emissions(g) : null, energy is { } e ? new Energy(e) : null);
    }

    private static long? Scaled(string? text, int factor)
    {
        if (text is null)
            return null;
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number < 0 || number * factor > BudgetLedger.MaxUnits)
            return -1;
        return (long)(number * factor);
    }

    private static CarryOver CarryOverOf(CarbonBudgetCarryOver? spec) => spec is null ? CarryOver.Default : new(Math.Clamp(spec.UnusedPercent, 0, 100), spec.Debt);

    private static BudgetEnforcement EnforcementOf(CarbonBudgetEnforcement enforcement) => enforcement switch
    {
        CarbonBudgetEnforcement.Deny => BudgetEnforcement.Deny,
        CarbonBudgetEnforcement.Warn => BudgetEnforcement.Warn,
        CarbonBudgetEnforcement.Audit => BudgetEnforcement.Audit,
        _ => BudgetEnforcement.Queue,
    };
}
