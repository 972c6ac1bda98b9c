using System.Text.Json;
using ModelOperator.Api;
using ModelOperator.CarbonBudgets;
using ModelOperator.CarbonBudgets.Overrides;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.CarbonBudgets.Overrides;

/// <summary>Overrides and runs that somebody created.</summary>
internal static class Things
{
    internal static readonly DateTimeOffset Now = Budgets.Now;

    internal static readonly BudgetOverrideRules Rules = new(["system:serviceaccount:argocd:argocd-application-controller"]);

    /// <summary>Bob's override for Alice's run r0 of budget a, as the server has it.</summary>
    internal static V1BudgetOverride Override(
        string name = "o", string run = "r0", string budget = "a", string? grams = "0.5", string? kilowattHours = null, string user = "bob", string? approvedBy = null, string? uid = null, int age = 0,
        string reason = "a fix that cannot wait", DateTimeOffset? expires = null) => new()
        {
            Metadata = new()
            {
                Name = name,
                NamespaceProperty = "team",
                Uid = "uid-" + name,
                ResourceVersion = "1",
                Generation = 1,
                CreationTimestamp = Now.AddMinutes(-age),
                Annotations = new(StringComparer.Ordinal) { [ModelOperatorApi.CreatedByAnnotation] = user },
            },
            Spec = new()
            {
                Budget = new() { Name = budget },
                Run = new() { Name = run, Uid = uid },
                Extra = new() { GramsCO2e = grams, KilowattHours = kilowattHours },
                Reason = reason,
                ExpiresAt = expires ?? Now.AddHours(1),
                ApprovedBy = approvedBy ?? user,
            },
        };

    internal static V1TrainingRun By(this V1TrainingRun run, string? creator)
    {
        var made = run with { Metadata = run.Metadata with { Annotations = creator is null ? null : new(StringComparer.Ordinal) { [ModelOperatorApi.CreatedByAnnotation] = creator } } };
        return made;
    }

    internal static V1BudgetOverride Bound(this V1BudgetOverride one, string runUid = "uid-r0") => one with { Status = new() { Phase = BudgetOverridePhase.Ready, RunUid = runUid } };

    /// <summary>Through JSON, as the server would keep it.</summary>
    internal static V1BudgetOverride Wire(V1BudgetOverride one) =>
        JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(one, BudgetOverridesJson.Default.V1BudgetOverride), BudgetOverridesJson.Default.V1BudgetOverride)!;

    internal static BudgetOverridePlan Decide(V1BudgetOverride one, V1CarbonBudget? budget, V1TrainingRun? run, DateTimeOffset? now = null) =>
        BudgetOverridePlanner.Decide([one], budget is null ? [] : [budget], name => run?.Key == name ? run : null, Rules, now ?? Now);
}
