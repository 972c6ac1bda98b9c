using ModelOperator.Api;
using System.Globalization;
using ModelOperator.Carbon;
using ModelOperator.Carbon.Budgets;
using ModelOperator.Kubernetes;

namespace ModelOperator.CarbonBudgets;

/// <summary>Writes an account into a status.</summary>
public static class CarbonBudgetStatuses
{
    /// <summary>The status of a ledger.</summary>
    public static CarbonBudgetStatus Of(V1CarbonBudget budget, BudgetLedger ledger, int waiting, long newlySettled, DateTimeOffset now)
    {
        var old = budget.Status;
        var (start, end) = ledger.Window.Resets ? (ledger.Window.Start, ledger.Window.End) : default((DateTimeOffset?, DateTimeOffset?));
        var sameWindow = old?.WindowStart == start;
        var reserved = ledger.Reserved;
        var before = (old?.Holds ?? []).ToDictionary(static h => h.RunUid, StringComparer.Ordinal);
        return new()
        {
            ObservedGeneration = budget.Metadata.Generation,
            WindowStart = start,
            WindowEnd = end,
            LimitMilligrams = ledger.Limits.Emissions?.Milligrams,
            LimitMilliwattHours = ledger.Limits.Energy?.MilliwattHours,
            SettledMilligrams = ledger.Settled.Emissions.Milligrams,
            SettledMilliwattHours = ledger.Settled.Energy.MilliwattHours,
            ReservedMilligrams = reserved.Emissions.Milligrams,
            ReservedMilliwattHours = reserved.Energy.MilliwattHours,
            DebtMilligrams = Math.Max(0, -ledger.Carry.Emissions.Milligrams),
            DebtMilliwattHours = Math.Max(0, -ledger.Carry.Energy.MilliwattHours),
            CarriedMilligrams = ledger.Carry.Emissions.Milligrams is > 0 and var grams ? grams : null,
            CarriedMilliwattHours = ledger.Carry.Energy.MilliwattHours is > 0 and var energy ? energy : null,
            ThresholdReached = CarbonBudgetThresholds.Reached(budget.Spec.Thresholds, ledger, sameWindow ? old?.ThresholdReached : null),
            SettledRuns = ledger.Rolling?.Runs ?? ((sameWindow ? old?.SettledRuns ?? 0 : 0) + newlySettled),
            SettledSums = ledger.Rolling is { } rolling ? [.. rolling.Sums.Select(CarbonSettledSum.Of)] : null,
            Holds = ledger.Holds.IsEmpty ? null : [.. ledger.Holds.Values.Select(h => CarbonHold.Of(h, before.GetValueOrDefault(h.RunUid), budget is V1ClusterCarbonBudget, now))],
            WaitingRuns = waiting,
            Emissions = Used(ledger.Settled.Emissions.Milligrams + reserved.Emissions.Milligrams, ledger.Limits.Emissions?.Milligrams, 1_000m, "g", ledger.PerRun),
            Energy = Used(ledger.Settled.Energy.MilliwattHours + reserved.Energy.MilliwattHours, ledger.Limits.Energy?.MilliwattHours, 1_000_000m, "kWh", ledger.PerRun),
            Conditions = Conditions(budget, ledger, waiting, now),
        };
    }

    /// <summary>True when writing would change nothing.</summary>
    public static bool Same(CarbonBudgetStatus? old, CarbonBudgetStatus next)
    {
        if (old is null)
            return false;
        return old with { Holds = null, SettledSums = null, Conditions = null } == next with { Holds = null, SettledSums = null, Conditions = null }
            && old.SettledSums is null == next.SettledSums is null
            && (old.SettledSums ?? []).SequenceEqual(next.SettledSums ?? [])
            && (old.Holds ?? []).SequenceEqual(next.Holds ?? [])
            && (old.Conditions ?? []).Select(Plain).SequenceEqual((next.Conditions ?? []).Select(Plain));
    }

    internal static (string, string, string, string, long?) Plain(V1Condition c) => (c.Type, c.Status, c.Reason, c.Message, c.ObservedGeneration);

    /// <summary>Of a limit below one unit its thousandths alone would say nothing.</summary>
    private static string Used(long used, long? limit, decimal unit, string name, bool perRun)
    {
        var format = (limit ?? used) < unit ? "0.######" : "0.###";
        string Text(long amount) => (amount / unit).ToString(format, CultureInfo.InvariantCulture);
        return limit is not { } most ? $"{Text(used)} {name}" : perRun ? $"{Text(used)} {name}, at most {Text(most)} a run" : $"{Text(used)} / {Text(most)} {name}";
    }

    private static List<V1Condition> Conditions(V1CarbonBudget budget, BudgetLedger ledger, int waiting, DateTimeOffset now)
    {
        var problems = CarbonBudgetLedgers.Problems(budget.Spec);
        var valid = problems.Count == 0;
        var exceeded = ledger.AvailableEmissions + ledger.Reserved.Emissions < Emissions.Zero || ledger.AvailableEnergy + ledger.Reserved.Energy < Energy.Zero;
        var reset = UtcText.Of(ledger.Window.End);
        var counts = $"counts until it is older than {RollingSums.Text(ledger.Rolling?.Length ?? TimeSpan.Zero)}";
        var window = ledger.Window.Resets ? $"the window ends at {reset}" : ledger.Rolling is null ? "each run is judged by itself" : $"what was settled {counts}";
        var (reason, message) = !valid
            ? (CarbonBudgetReasons.InvalidSpec, string.Join(" ", problems))
            : waiting > 0
                ? (CarbonBudgetReasons.RunsWaiting, $"{waiting.ToString(CultureInfo.InvariantCulture)} runs wait for room; {window}. Raise spec.limit, or wait for runs to settle.")
                : (CarbonBudgetReasons.WithinLimit, $"{char.ToUpperInvariant(window[0])}{window[1..]}.");
        var generation = budget.Metadata.Generation;
        var conditions = Kubernetes.Runtime.Conditions.Set(budget.Status?.Conditions, "Ready", valid, reason, message, generation, now);
        conditions = Kubernetes.Runtime.Conditions.Set(conditions, "Reconciling", false, "Settled", "The ledger is in step.", generation, now);
        conditions = Kubernetes.Runtime.Conditions.Set(conditions, "Stalled", !valid, valid ? "AsExpected" : reason, valid ? "Nothing is in the way." : message, generation, now);
        return Kubernetes.Runtime.Conditions.Set(
            conditions, "Exceeded", exceeded, exceeded ? CarbonBudgetReasons.LimitExceeded : CarbonBudgetReasons.WithinLimit,
            exceeded ? $"More was used than the limit allows; it {(ledger.Rolling is null ? $"is taken off the next window, which begins at {reset}" : counts)}." : "The limit is kept.", generation, now);
    }
}
