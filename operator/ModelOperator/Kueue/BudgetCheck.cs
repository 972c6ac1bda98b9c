using ModelOperator.Carbon.Budgets;
using ModelOperator.CarbonBudgets;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Kueue;

/// <summary>
/// The budgets' answer to a Workload that has its quota: Ready when every budget that covers its run holds it. Nothing is reserved here: the
/// ledger alone does that. A Workload never keeps its quota for long while it waits for a budget, since what would make room there may
/// itself wait for quota. Pure.
/// </summary>
public static class BudgetCheck
{
    /// <summary>So long a Workload keeps its quota while it waits for what may come any moment.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Then, and while only the end of other runs makes room, it is queued again after this.</summary>
    public static readonly TimeSpan Recheck = TimeSpan.FromMinutes(5);

    /// <summary>The longest wait for a reset at once: a limit may be raised before.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <summary>Decides; null when there is nothing to say: before the quota, after the admission, and while Kueue acts on an answer.</summary>
    public static BudgetCheckVerdict? Decide(BudgetCheckFacts facts)
    {
        if (!facts.Workload.AwaitsChecks || EntryOf(facts) is not { State: KueueApi.Pending or KueueApi.Ready })
            return null;
        return facts.Owner switch
        {
            WorkloadOwner.Run => OfRun(facts, facts.Run!),
            WorkloadOwner.RunGone => new(KueueApi.Retry, "The TrainingRun that the Pods belong to is not there.", Patience),
            WorkloadOwner.Borrowed => new(KueueApi.Rejected, "A Pod carries the label of a TrainingRun that did not make it: what is held for that run is not for others."),
            _ => OfOthers(facts),
        };
    }

    /// <summary>The Workload's entry for the check; null when its ClusterQueue does not ask for it.</summary>
    public static WorkloadCheck? EntryOf(BudgetCheckFacts facts) =>
        facts.Workload.Status?.AdmissionChecks?.FirstOrDefault(c => c.Name == facts.Check.Metadata.Name);

    private static BudgetCheckVerdict OfOthers(BudgetCheckFacts facts)
    {
        var rule = facts.Budgets.Where(b => IsAsked(facts, b) && CarbonBudgetMatcher.RulesIn(b, facts.Workload.Metadata.NamespaceProperty ?? "", facts.Labels) is not false).ToList();
        if (rule.Count == 0)
            return new(KueueApi.Ready, "No CarbonBudget rules here.");
        return facts.Check.Metadata.Annotations?.GetValueOrDefault(KueueApi.OthersAnnotation) == KueueApi.RejectOthers
            ? new(KueueApi.Rejected, $"{CarbonBudgetLedgers.TitlesOf(rule)} counts TrainingRuns alone, and AdmissionCheck {facts.Check.Metadata.Name} rejects all others.")
            : new(KueueApi.Ready, $"No TrainingRun: what it uses is not counted by {CarbonBudgetLedgers.TitlesOf(rule)}.");
    }

    private static BudgetCheckVerdict? OfRun(BudgetCheckFacts facts, V1TrainingRun run)
    {
        if (CarbonBudgetPlanner.IsOver(run))
            return null;
        var covering = CarbonBudgetMatcher.Matching(facts.Budgets, run, facts.Labels).Where(b => IsAsked(facts, b)).ToList();
        if (covering.Count == 0)
            return new(KueueApi.Ready, $"No CarbonBudget covers TrainingRun {run.Metadata.Name}.");
        var lacking = covering.Where(b => !TrainingRunPlanner.Holds(b, run)).ToList();
        if (lacking.Count == 0)
            return new(KueueApi.Ready, $"Reserved for TrainingRun {run.Metadata.Name} in {Names(covering)}.");
        if (run.Status?.Estimate is not { } estimate)
            return Wait(facts, $"TrainingRun {run.Metadata.Name} has not asked {CarbonBudgetLedgers.TitlesOf(lacking)} yet.");
        if (lacking.Find(b => CarbonBudgetBlindness.Stops(b, estimate)) is { } blind)
            return new(KueueApi.Retry, CarbonBudgetBlindness.Message(blind, estimate), Recheck);
        var shorts = lacking
            .Select(b => (Budget: b, Claim: CarbonBudgetLedgers.ClaimOf(b, estimate)))
            .Select(c => (c.Budget, c.Claim, Shortfall: CarbonBudgetLedgers.SumsOf(c.Budget, facts.Now).Check(c.Claim)))
            .Where(static c => c.Shortfall is not null)
            .ToList();
        if (shorts.Find(static c => c.Shortfall!.NeverFits) is { Shortfall: { } never })
            return new(KueueApi.Rejected, never.Message);
        if (shorts.Find(c => !FitsWithoutHolds(c.Budget, c.Claim, facts.Now)) is { Shortfall: { } spent })
            return new(KueueApi.Retry, Say(facts, estimate, spent), Sooner(spent.ResetsAt - facts.Now, LongestWait));
        return shorts is [var (_, _, full), ..]
            ? Wait(facts, Say(facts, estimate, full!), full!.ResetsAt)
            : Wait(facts, $"Waiting for {CarbonBudgetLedgers.TitlesOf(lacking)} to answer.");
    }

    private static bool FitsWithoutHolds(V1CarbonBudget budget, BudgetAmount claim, DateTimeOffset now) => CarbonBudgetLedgers.Of(
        budget.Status is { } status ? budget with { Status = status with { Holds = null } } : budget, now).Check(claim) is null;

    private static BudgetCheckVerdict Wait(BudgetCheckFacts facts, string message, DateTimeOffset? reset = null)
    {
        var since = Conditions.Find(facts.Workload.Status?.Conditions, KueueApi.QuotaReserved)?.LastTransitionTime ?? facts.Now;
        return facts.Now - since < Patience
            ? new(KueueApi.Pending, message)
            : new(KueueApi.Retry, message, Sooner(reset - facts.Now, Recheck));
    }

    private static TimeSpan Sooner(TimeSpan? one, TimeSpan other) => one is { } time && time < other ? time : other;

    private static string Say(BudgetCheckFacts facts, TrainingEstimate estimate, BudgetShortfall shortfall) =>
        TrainingRunGreenerStart.Sentence(facts.Run!.Spec, estimate, shortfall, facts.Grid, facts.Now) is { } greener ? $"{shortfall.Message} {greener}" : shortfall.Message;

    private static bool IsAsked(BudgetCheckFacts facts, V1CarbonBudget budget) =>
        budget.Metadata.DeletionTimestamp is null && (facts.Check.Spec?.Parameters is not { } asked || (asked.Name == budget.Metadata.Name && asked.Kind == budget.Kind));

    private static string Names(IEnumerable<V1CarbonBudget> budgets) => string.Join(
        ", ", budgets.Select(static b => b is V1ClusterCarbonBudget ? $"{b.Kind} {b.Metadata.Name}" : b.Metadata.Name).Order(StringComparer.Ordinal));
}
