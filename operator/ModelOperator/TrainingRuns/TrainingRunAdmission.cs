using System.Collections.Immutable;
using System.Text.Json;
using ModelOperator.Carbon.Budgets;
using ModelOperator.Carbon.Estimates;
using ModelOperator.Carbon.Grid;
using ModelOperator.CarbonBudgets;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Admission;

namespace ModelOperator.TrainingRuns;

/// <summary>
/// Answers CREATE and UPDATE of TrainingRuns. Free of side effects: nothing is reserved here, so a dry run costs nothing and two
/// creates at once cannot both pass on the same room; the ledger decides again before the start. Pure.
/// </summary>
public static class TrainingRunAdmission
{
    private const int LongestWarning = 256;

    /// <summary>Judges a write.</summary>
    /// <param name="old">The object before; null for CREATE.</param>
    /// <param name="run">The object after.</param>
    /// <param name="budgets">Budgets of the namespace, and those over many.</param>
    /// <param name="options">Settings of the installation.</param>
    /// <param name="now">The time.</param>
    /// <param name="grid">Average intensities of the run's zone; the yearly table when null.</param>
    /// <param name="labels">Labels of the namespace; a budget whose selector cannot be looked at without them counts.</param>
    /// <param name="past">What past runs of its kind say about estimates.</param>
    public static AdmissionDecision Review(
        V1TrainingRun? old, V1TrainingRun run, IReadOnlyList<V1CarbonBudget> budgets, OperatorOptions options, DateTimeOffset now, ZoneIntensity<AverageSignal>? grid = null,
        LabelsByNamespace? labels = null, EstimateCalibration? past = null)
    {
        // Finalizers, statuses and labels of a run that is unchanged or on its way out are never in the way.
        if (run.Metadata.DeletionTimestamp is not null || (old is not null && Same(old.Spec, run.Spec)))
            return AdmissionDecision.Allow();
        var errors = TrainingRunValidation.Check(run);
        if (errors.Count > 0)
            return AdmissionDecision.Invalid(string.Join("; ", errors), [.. errors.Select(Cause)]);
        if (old is not null && Sweeps.SweepImmutability.Check(old, run) is { } sweep)
            return AdmissionDecision.Invalid(sweep);
        if (old is { Status.Sweep.Trials.Count: > 0 })
            return AdmissionDecision.Allow();
        if (old is { Status.Attempts.Execution: > 0 })
            return TrainingRunImmutability.Check(old.Spec, run.Spec) is { } change ? AdmissionDecision.Invalid(change) : AdmissionDecision.Allow(Warnings(run));
        if (TrainingRunEstimates.Estimate(run.Spec, options, grid, now, out var problem, past) is not { } estimate)
            return AdmissionDecision.Invalid(problem!);
        return AgainstBudgets(run, estimate, CarbonBudgetMatcher.Matching(budgets, run, labels), grid, now);
    }

    private static AdmissionDecision AgainstBudgets(
        V1TrainingRun run, TrainingEstimate estimate, IReadOnlyList<V1CarbonBudget> budgets, ZoneIntensity<AverageSignal>? grid, DateTimeOffset now)
    {
        List<string> denials = [];
        List<string> warnings = [.. Warnings(run)];
        foreach (var budget in budgets)
        {
            var ledger = CarbonBudgetLedgers.Of(budget, now);
            if (Sweeps.SweepBudgets.Warning(run, estimate, budget, ledger) is { } sweep)
                warnings.Add(sweep);
            if (CarbonBudgetBlindness.Stops(budget, estimate))
                (ledger.Enforcement == BudgetEnforcement.Deny && !Sweeps.SweepChild.IsTrial(run) ? denials : warnings).Add(CarbonBudgetBlindness.Message(budget, estimate));
            if (ledger.Check(CarbonBudgetLedgers.ClaimOf(budget, estimate)) is not { } shortfall)
                continue;
            switch (ledger.Enforcement)
            {
                case BudgetEnforcement.Audit:
                    break;
                case BudgetEnforcement.Warn:
                    warnings.Add($"{shortfall.Message} The budget only warns: the run starts all the same.");
                    break;
                // The sweep was judged when it was created; its trials wait for the ledger, which starts nothing that does not fit.
                case var _ when Sweeps.SweepChild.IsTrial(run):
                case BudgetEnforcement.Queue when !shortfall.NeverFits:
                    warnings.Add($"{shortfall.Message}{Greener(shortfall)} The run waits until there is room.");
                    break;
                default:
                    denials.Add($"{shortfall.Message}{Greener(shortfall)} Estimate: {estimate.Basis}");
                    break;
            }
        }

        return denials.Count > 0 ? AdmissionDecision.Deny(string.Join(" ", denials)) : AdmissionDecision.Allow([.. warnings.Select(Cut)]);

        string Greener(BudgetShortfall shortfall) => TrainingRunGreenerStart.Sentence(run.Spec, estimate, shortfall, grid, now) is { } sentence ? $" {sentence}" : "";
    }

    /// <summary>What is allowed and will not do what it says.</summary>
    private static ImmutableArray<string> Warnings(V1TrainingRun run) =>
        run.Spec.Ttl?.Policy == TrainingTtlPolicy.Self && TrainingRunExpiry.Refusal(run) is { } refusal ? [Cut(refusal)] : [];

    private static V1StatusCause Cause(FieldError error) => new() { Reason = "FieldValueInvalid", Field = error.Path, Message = error.Problem };

    private static string Cut(string warning) => warning.Length <= LongestWarning ? warning : warning[..(LongestWarning - 1)] + "…";

    private static bool Same(TrainingRunSpec left, TrainingRunSpec right) =>
        JsonSerializer.SerializeToUtf8Bytes(left, TrainingRunsJson.Default.TrainingRunSpec).AsSpan()
            .SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(right, TrainingRunsJson.Default.TrainingRunSpec));
}
