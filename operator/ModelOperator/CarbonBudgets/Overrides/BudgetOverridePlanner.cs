using ModelOperator.Api;
using System.Collections.Immutable;
using ModelOperator.Carbon.Budgets;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.TrainingRuns;

namespace ModelOperator.CarbonBudgets.Overrides;

/// <summary>
/// What overrides allow, and what became of them. Pure. An override allows something only once its status, as read, names the UID of the run: the
/// binding is on record before anything is held by it. What was used is read back from the budget's holds, the only truth.
/// </summary>
public static class BudgetOverridePlanner
{
    /// <summary>Decides over all overrides of a namespace, or of all.</summary>
    /// <param name="overrides">All overrides.</param>
    /// <param name="budgets">All budgets that they may name, as read.</param>
    /// <param name="runs">A run by its name, whether over or not.</param>
    /// <param name="rules">Who may approve.</param>
    /// <param name="now">The time.</param>
    /// <param name="labels">Labels of a namespace by its name; null when it is not known.</param>
    public static BudgetOverridePlan Decide(
        IReadOnlyList<V1BudgetOverride> overrides, IReadOnlyList<V1CarbonBudget> budgets, Func<NamespacedName, V1TrainingRun?> runs, BudgetOverrideRules rules, DateTimeOffset now,
        LabelsByNamespace? labels = null)
    {
        if (overrides.Count == 0)
            return BudgetOverridePlan.Nothing;
        var writes = ImmutableArray.CreateBuilder<BudgetOverrideWrite>();
        var allowances = ImmutableDictionary.CreateBuilder<(string Budget, string RunUid), BudgetAllowance>();
        var byName = budgets.ToDictionary(CarbonBudgetLedgers.NameOf, StringComparer.Ordinal);
        TimeSpan? next = null;
        // The newest is the last to be said, and counts.
        foreach (var one in overrides.Where(static o => o.Metadata.DeletionTimestamp is null)
            .OrderBy(static o => o.Metadata.CreationTimestamp).ThenBy(static o => o.Metadata.Uid, StringComparer.Ordinal))
        {
            var (run, budget) = (runs(RunOf(one)), byName.GetValueOrDefault(NameOf(one)));
            var status = StatusOf(one, budget, run, rules, now, labels);
            if (!Same(one.Status, status))
                writes.Add(new(one, status));
            if (Allows(one, budget, run, rules, now))
                allowances[(NameOf(one), run!.Metadata.Uid!)] = new(one.Metadata.Uid!, BudgetOverrideRules.ExtraOf(one.Spec));
            if (status.Phase is BudgetOverridePhase.Ready or BudgetOverridePhase.Pending && one.Spec.ExpiresAt - now is { Ticks: > 0 } left && (next is null || left < next))
                next = left;
        }

        return new(writes.ToImmutable(), allowances.ToImmutable(), next);
    }

    /// <summary>The status of one override, from what is given of its budget and its run.</summary>
    public static BudgetOverrideStatus StatusOf(V1BudgetOverride one, V1CarbonBudget? budget, V1TrainingRun? run, BudgetOverrideRules rules, DateTimeOffset now, LabelsByNamespace? labels = null)
    {
        var hold = budget?.Status?.Holds?.FirstOrDefault(h => h.OverrideUid == one.Metadata.Uid);
        if (hold is not null)
            return Used(one, hold, run, now);
        var own = OwnRun(one, run);
        // Nothing is held by it any more: what a run that is over has used stays as it was booked.
        if (one.Status is { Phase: BudgetOverridePhase.Used } used && (own is null || CarbonBudgetPlanner.IsOver(own)))
            return BudgetOverrideStatuses.Set(one, used, BudgetOverrideReasons.OverrideUsed, UsedMessage(one, used), now);
        var next = new BudgetOverrideStatus { Phase = one.Status?.Phase ?? BudgetOverridePhase.Pending, RunUid = one.Status?.RunUid, Conditions = one.Status?.Conditions };
        var (phase, reason, message) = Standing(one, budget, run, rules, now, labels);
        if (next.RunUid is null && phase == BudgetOverridePhase.Ready)
            next = next with { RunUid = run!.Metadata.Uid };
        return BudgetOverrideStatuses.Set(one, next with { Phase = phase }, reason, message, now);
    }

    /// <summary>The budget that it names, as the ledger does.</summary>
    internal static string NameOf(V1BudgetOverride one) => CarbonBudgetLedgers.NameOf(one.Spec.Budget, one.Metadata.NamespaceProperty);

    private static NamespacedName RunOf(V1BudgetOverride one) => new(one.Metadata.NamespaceProperty ?? "", one.Spec.Run.Name);

    /// <summary>True when nothing in it differs but times.</summary>
    public static bool Same(BudgetOverrideStatus? old, BudgetOverrideStatus next) => old is not null
        && old with { Conditions = null } == next with { Conditions = null }
        && (old.Conditions ?? []).Select(CarbonBudgetStatuses.Plain).SequenceEqual((next.Conditions ?? []).Select(CarbonBudgetStatuses.Plain));

    private static bool Allows(V1BudgetOverride one, V1CarbonBudget? budget, V1TrainingRun? run, BudgetOverrideRules rules, DateTimeOffset now) =>
        budget is not null && CarbonBudgetLedgers.Problems(budget.Spec).Count == 0
        && one.Metadata.Uid is not null
        && one.Status?.RunUid is not null && OwnRun(one, run) is { } own && !CarbonBudgetPlanner.IsOver(own)
        && now < one.Spec.ExpiresAt
        && Problem(one, own, rules) is null;

    /// <summary>The run that the override is bound to, or may be; null when there is another of that name, or none.</summary>
    private static V1TrainingRun? OwnRun(V1BudgetOverride one, V1TrainingRun? run) =>
        run is not null && run.Metadata.Uid == (one.Status?.RunUid ?? one.Spec.Run.Uid ?? run.Metadata.Uid) ? run : null;

    private static BudgetOverrideProblem? Problem(V1BudgetOverride one, V1TrainingRun run, BudgetOverrideRules rules) =>
        SpecProblem(one) ?? rules.Problem(one.Spec, Api.Creators.Of(one.Metadata), run);

    private static BudgetOverrideProblem? SpecProblem(V1BudgetOverride one) =>
        BudgetOverrideRules.Problem(one.Spec, one.Metadata.CreationTimestamp ?? DateTimeOffset.UnixEpoch);

    private static (BudgetOverridePhase Phase, string Reason, string Message) Standing(
        V1BudgetOverride one, V1CarbonBudget? budget, V1TrainingRun? run, BudgetOverrideRules rules, DateTimeOffset now, LabelsByNamespace? labels)
    {
        var own = OwnRun(one, run);
        if ((own is null ? SpecProblem(one) : Problem(one, own, rules)) is { } problem)
            return (BudgetOverridePhase.Refused, problem.Reason, $"{problem.Message}.");
        if (one.Status?.RunUid is not null && (own is null || CarbonBudgetPlanner.IsOver(own)))
            return (BudgetOverridePhase.NotNeeded, BudgetOverrideReasons.NotNeeded, $"TrainingRun {one.Spec.Run.Name} ended, or went, without it; another run of that name needs another override.");
        if (now >= one.Spec.ExpiresAt)
            return (BudgetOverridePhase.Expired, BudgetOverrideReasons.Expired, $"It ran out at {UtcText.Of(one.Spec.ExpiresAt)} and was not used.");
        if (own is null)
            return (BudgetOverridePhase.Pending, BudgetOverrideReasons.RunNotFound, $"There is no TrainingRun {one.Spec.Run.Name}{(one.Spec.Run.Uid is { } uid ? $" with the UID {uid}" : "")}.");
        if (budget is null || CarbonBudgetMatcher.Covers(budget, own, labels) is not true)
            return (BudgetOverridePhase.Pending, BudgetOverrideReasons.BudgetNotFound, $"There is no {one.Spec.Budget} that covers TrainingRun {own.Metadata.Name}.");
        return (
            BudgetOverridePhase.Ready, BudgetOverrideReasons.Approved,
            $"TrainingRun {own.Metadata.Name} may exceed {one.Spec.Budget} by {BudgetOverrideRules.ExtraOf(one.Spec)} until {UtcText.Of(one.Spec.ExpiresAt)}, approved by {one.Spec.ApprovedBy}.");
    }

    /// <summary>From the hold; of a run that is over, which is about to be settled, what it has used of it.</summary>
    private static BudgetOverrideStatus Used(V1BudgetOverride one, CarbonHold hold, V1TrainingRun? run, DateTimeOffset now)
    {
        var kept = hold.ToHold(now);
        var booked = run is not null && run.Metadata.Uid == hold.RunUid && CarbonBudgetPlanner.IsOver(run)
            ? kept.OverriddenAt(CarbonBudgetLedgers.AmountOf(run.Status?.Energy)) : kept.Overridden;
        var next = new BudgetOverrideStatus
        {
            Phase = BudgetOverridePhase.Used,
            RunUid = one.Status?.RunUid ?? hold.RunUid,
            UsedBy = new() { Name = hold.RunName, Uid = hold.RunUid },
            UsedAt = one.Status?.UsedAt ?? now,
            BookedMilligrams = booked.Emissions.Milligrams,
            BookedMilliwattHours = booked.Energy.MilliwattHours,
            Booked = booked.ToString(),
            Conditions = one.Status?.Conditions,
        };
        return BudgetOverrideStatuses.Set(one, next, BudgetOverrideReasons.OverrideUsed, UsedMessage(one, next), now);
    }

    private static string UsedMessage(V1BudgetOverride one, BudgetOverrideStatus status) =>
        $"TrainingRun {status.UsedBy?.Name} exceeds {one.Spec.Budget} by {status.Booked}, which is booked; approved by {one.Spec.ApprovedBy}: {one.Spec.Reason}";
}
