using ModelOperator.Carbon.Grid;
using ModelOperator.TrainingRuns;

namespace ModelOperator.CarbonBudgets;

/// <summary>Budgets that start nothing on a grid that nobody knows. Pure.</summary>
public static class CarbonBudgetBlindness
{
    /// <summary>True when the budget keeps a run from starting because its estimate rests on neither a source nor what one said some hours ago.</summary>
    public static bool Stops(V1CarbonBudget budget, TrainingEstimate estimate) =>
        budget.Spec is { IntensityUnavailable: CarbonBudgetIntensityUnavailable.Deny, Limit.GramsCO2e: not null, Enforcement: CarbonBudgetEnforcement.Queue or CarbonBudgetEnforcement.Deny }
        && !(Enum.TryParse<IntensityQuality>(estimate.IntensityQuality, out var quality) && quality <= IntensityQuality.Stale);

    /// <summary>Why, for people, and what to do.</summary>
    public static string Message(V1CarbonBudget budget, TrainingEstimate estimate) =>
        $"{CarbonBudgetLedgers.FullTitleOf(budget)} starts nothing while no source knows the grid's carbon intensity (the estimate rests on: {estimate.IntensityQuality ?? "nothing"}). "
        + "Check the intensity sources of the operator, or set the budget's spec.intensityUnavailable to LastKnown.";
}
