using System.Text.Json;
using ModelOperator.Carbon.Budgets;
using ModelOperator.CarbonBudgets;
using ModelOperator.Hosting;

namespace ModelOperator.TrainingRuns;

/// <summary>
/// Answers CREATE and UPDATE of TrainingRuns. Free of side effects: nothing is reserved here, so a dry run costs nothing and two
/// creates at once cannot both pass on the same room; the ledger decides again before the start. Pure.
/// </summary>
public static class TrainingRunAdmission
{
    /// <summary>Judges a write.</summary>
    /// <param name="old">The object before; null for CREATE.</param>
    /// <param name="run">The object after.</param>
    /// <param name="budgets">Budgets of the namespace.</param>
    /// <param name="options">Settings of the installation.</param>
    /// <param name="now">The time.</param>
    public static TrainingRunVerdict Review(
        V1TrainingRun? old, V1TrainingRun run, IReadOnlyList<V1CarbonBudget> budgets, OperatorOptions options, DateTimeOffset now)
    {
        // Finalizers, statuses and labels of a run that is unchanged or on its way out are never in the way.
        if (run.Metadata.DeletionTimestamp is not null || (old is not null && Same(old.Spec, run.Spec)))
            return TrainingRunVerdict.Allowed;
        var errors = TrainingRunValidation.Check(run);
        if (errors.Count > 0)
            return Denied(string.Join("; ", errors));
        if (old is { Status.Attempts.Execution: > 0 })
            return TrainingRunImmutability.Check(old.Spec, run.Spec) is { } change ? Denied(change) : TrainingRunVerdict.Allowed;
        if (TrainingRunEstimates.Estimate(run.Spec, options, out var problem) is not { } estimate)
            return Denied(problem!);
        return AgainstBudgets(run, estimate, budgets, now);
    }

    private static TrainingRunVerdict AgainstBudgets(V1TrainingRun run, TrainingEstimate estimate, IReadOnlyList<V1CarbonBudget> budgets, DateTimeOffset now)
    {
        List<string> denials = [];
        List<string> warnings = [];
        foreach (var budget in CarbonBudgetMatcher.Matching(budgets, run))
        {
            var ledger = CarbonBudgetLedgers.Of(budget, now);
            if (ledger.Check(CarbonBudgetLedgers.ClaimOf(budget, estimate)) is not { } shortfall)
                continue;
            switch (ledger.Enforcement)
            {
                case BudgetEnforcement.Audit:
                    break;
                case BudgetEnforcement.Warn:
                    warnings.Add($"{shortfall.Message} The budget only warns: the run starts all the same.");
                    break;
                case BudgetEnforcement.Queue when !shortfall.NeverFits:
                    warnings.Add($"{shortfall.Message} The run waits until there is room.");
                    break;
                default:
                    denials.Add($"{shortfall.Message} Estimate: {estimate.Basis}");
                    break;
            }
        }

        return new(denials.Count > 0 ? string.Join(" ", denials) : null, warnings);
    }

    private static TrainingRunVerdict Denied(string message) => new(message, []);

    private static bool Same(TrainingRunSpec left, TrainingRunSpec right) =>
        JsonSerializer.SerializeToUtf8Bytes(left, TrainingRunsJson.Default.TrainingRunSpec).AsSpan()
            .SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(right, TrainingRunsJson.Default.TrainingRunSpec));
}
