using System.Text.Json;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Admission;
using ModelOperator.TrainingRuns;

namespace ModelOperator.CarbonBudgets.Overrides;

/// <summary>What the webhook says about an override. Pure; the ledger holds the same rules again.</summary>
public static class BudgetOverrideAdmission
{
    /// <summary>Judges an UPDATE: what was approved never changes; all else, and whatever is on its way out, passes.</summary>
    public static AdmissionDecision Update(V1BudgetOverride old, V1BudgetOverride next) =>
        next.IsDeleting || Wire(old.Spec) == Wire(next.Spec)
            ? AdmissionDecision.Allow()
            : AdmissionDecision.Invalid("spec: an override never changes, because somebody approved what it says; delete it and create another");

    /// <summary>Judges a CREATE.</summary>
    /// <param name="made">The object.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="run">The run that it names, read now; null when there is none.</param>
    /// <param name="budget">The budget that it names, read now; null when there is none.</param>
    /// <param name="rules">Who may approve.</param>
    /// <param name="now">The time.</param>
    /// <param name="labels">Labels of the namespace.</param>
    public static AdmissionDecision Create(V1BudgetOverride made, string user, V1TrainingRun? run, V1CarbonBudget? budget, BudgetOverrideRules rules, DateTimeOffset now, LabelsByNamespace? labels = null)
    {
        var spec = made.Spec;
        if (BudgetOverrideRules.Problem(spec, now) is { } problem)
            return AdmissionDecision.Invalid(problem.Message);
        if (budget is null)
            return AdmissionDecision.Invalid($"spec.budget.name: '{spec.Budget.Name}' is not allowed: there is no such {spec.Budget.Kind}{(spec.Budget.Kind == CarbonBudgetKind.CarbonBudget ? " in this namespace" : "")}");
        if (run is null)
            return AdmissionDecision.Invalid($"spec.run.name: '{spec.Run.Name}' is not allowed: there is no such TrainingRun in this namespace, and an approval is for a run that can be looked at");
        if (spec.Run.Uid is { } uid && uid != run.Metadata.Uid)
            return AdmissionDecision.Invalid($"spec.run.uid: '{uid}' is not allowed: TrainingRun {spec.Run.Name} has the UID {run.Metadata.Uid}");
        if (CarbonBudgetPlanner.IsOver(run))
            return AdmissionDecision.Invalid($"spec.run.name: '{spec.Run.Name}' is not allowed: the run is over");
        if (run.Spec.Sweep is not null)
            return AdmissionDecision.Invalid($"spec.run.name: '{spec.Run.Name}' is not allowed: a sweep holds nothing itself; name one of its trials");
        if (CarbonBudgetMatcher.Covers(budget, run, labels) is not true)
            return AdmissionDecision.Invalid($"spec.budget.name: '{spec.Budget.Name}' is not allowed: the budget does not cover TrainingRun {spec.Run.Name}");
        return rules.Problem(spec, user, run) is { } refusal ? AdmissionDecision.Deny(refusal.Message) : AdmissionDecision.Allow();
    }

    private static string Wire(BudgetOverrideSpec spec) => JsonSerializer.Serialize(spec, BudgetOverridesJson.Default.BudgetOverrideSpec);
}
