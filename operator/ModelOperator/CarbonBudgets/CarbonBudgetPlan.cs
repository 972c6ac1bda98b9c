using System.Collections.Immutable;
using ModelOperator.Carbon.Budgets;

namespace ModelOperator.CarbonBudgets;

/// <summary>What the ledger comes to.</summary>
/// <param name="Writes">Statuses that change, in the order to write them.</param>
/// <param name="Outcomes">One per waiting run.</param>
/// <param name="GivenBack">UIDs of runs that lose a hold they had; the caller makes sure that none of them has started before it writes.</param>
/// <param name="RequeueAfter">Time until a window ends or an orphan is booked.</param>
public sealed record CarbonBudgetPlan(
    ImmutableArray<CarbonBudgetWrite> Writes, ImmutableArray<WaiterOutcome> Outcomes, ImmutableArray<string> GivenBack, TimeSpan? RequeueAfter)
{
    /// <summary>
    /// Facts about runs that the plan rests on and that a cache may have wrong. The caller asks the server before it writes: a hold for a run that
    /// is already settled, or a reserve booked for a run that lives, would be counted twice.
    /// </summary>
    public ImmutableArray<CarbonBudgetPremise> Premises { get; init; } = [];

    /// <summary>True when the server's present state of a run bears the premise out.</summary>
    /// <param name="premise">What the plan rests on.</param>
    /// <param name="live">The run as the server has it now; null when it has none of that name.</param>
    public static bool Holds(CarbonBudgetPremise premise, TrainingRuns.V1TrainingRun? live)
    {
        var same = live is not null && live.Metadata.Uid == premise.RunUid;
        return premise.Kind switch
        {
            CarbonBudgetPremiseKind.Gone => !same,
            CarbonBudgetPremiseKind.NotStarted => same && !CarbonBudgetPlanner.HasStarted(live!),
            _ => same && !CarbonBudgetPlanner.IsOver(live!),
        };
    }
}
