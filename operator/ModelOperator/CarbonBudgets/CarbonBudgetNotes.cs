using System.Globalization;
using ModelOperator.Kubernetes.Runtime;

namespace ModelOperator.CarbonBudgets;

/// <summary>Events about a budget, one per transition. Pure.</summary>
public static class CarbonBudgetNotes
{
    /// <summary>What is worth telling about a change of status.</summary>
    public static IEnumerable<EventNote> Of(CarbonBudgetStatus? old, CarbonBudgetStatus next)
    {
        if (old?.WindowStart is { } before && next.WindowStart is { } start && start > before)
            yield return EventNote.Normal(
                CarbonBudgetReasons.WindowStarted,
                string.Create(CultureInfo.InvariantCulture, $"A new window began; the last one used {old.Emissions}, {old.Energy} over {old.SettledRuns} runs."));
        if (next.ThresholdReached is { } reached && (old?.WindowStart != next.WindowStart || !(old?.ThresholdReached >= reached)))
        {
            yield return EventNote.Warning(
                CarbonBudgetReasons.ThresholdReached,
                string.Create(CultureInfo.InvariantCulture, $"{reached} % of the limit is used or held: {next.Emissions}, {next.Energy}. {Message(next, "Ready")}"));
        }

        if (next.WaitingRuns > 0 && (old?.WaitingRuns ?? 0) == 0)
            yield return EventNote.Warning(CarbonBudgetReasons.RunsWaiting, Message(next, "Ready"));
        if (Conditions.IsTrue(next.Conditions, "Exceeded") && !Conditions.IsTrue(old?.Conditions, "Exceeded"))
            yield return EventNote.Warning(CarbonBudgetReasons.LimitExceeded, Message(next, "Exceeded"));
        if (Conditions.IsTrue(next.Conditions, "Stalled") && !Conditions.IsTrue(old?.Conditions, "Stalled"))
            yield return EventNote.Warning(CarbonBudgetReasons.InvalidSpec, Message(next, "Stalled"));
        foreach (var note in OfHolds(old, next))
            yield return note;
    }

    private static IEnumerable<EventNote> OfHolds(CarbonBudgetStatus? old, CarbonBudgetStatus next)
    {
        var before = (old?.Holds ?? []).ToDictionary(static h => h.RunUid, StringComparer.Ordinal);
        foreach (var hold in next.Holds ?? [])
        {
            if (!before.TryGetValue(hold.RunUid, out var was) || was == hold)
                continue;
            var (from, to) = (was.ToHold(default), hold.ToHold(default));
            if (!from.Total.Covers(to.Total))
                yield return EventNote.Normal(CarbonBudgetReasons.HoldExtended, $"Run {hold.RunName} may burn {to.Total} over its life, {from.Total} until now.");
            if (from.Refused is null && to.Refused is { } refused)
                yield return EventNote.Warning(CarbonBudgetReasons.ExtensionRefused, $"Run {hold.RunName} needs {refused} over its life and may burn {to.Total}; there is no room for more.");
        }
    }

    private static string Message(CarbonBudgetStatus status, string type) => Conditions.Find(status.Conditions, type)?.Message ?? "";
}
