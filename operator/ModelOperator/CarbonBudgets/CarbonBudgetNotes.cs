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
        if (next.WaitingRuns > 0 && (old?.WaitingRuns ?? 0) == 0)
            yield return EventNote.Warning(CarbonBudgetReasons.RunsWaiting, Message(next, "Ready"));
        if (Conditions.IsTrue(next.Conditions, "Exceeded") && !Conditions.IsTrue(old?.Conditions, "Exceeded"))
            yield return EventNote.Warning(CarbonBudgetReasons.LimitExceeded, Message(next, "Exceeded"));
        if (Conditions.IsTrue(next.Conditions, "Stalled") && !Conditions.IsTrue(old?.Conditions, "Stalled"))
            yield return EventNote.Warning(CarbonBudgetReasons.InvalidSpec, Message(next, "Stalled"));
    }

    private static string Message(CarbonBudgetStatus status, string type) => Conditions.Find(status.Conditions, type)?.Message ?? "";
}
