using System.Text.Json;
using ModelOperator.CarbonBudgets;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.CarbonBudgets;

/// <summary>Objects that the tests of this folder begin with.</summary>
internal static class Budgets
{
    internal static readonly DateTimeOffset Now = new(2026, 3, 15, 12, 0, 0, TimeSpan.Zero);

    internal static V1CarbonBudget Budget(string name, string? grams = "1", string? kilowattHours = null, Func<CarbonBudgetSpec, CarbonBudgetSpec>? change = null)
    {
        var spec = new CarbonBudgetSpec { Limit = new() { GramsCO2e = grams, KilowattHours = kilowattHours } };
        return new() { Metadata = new() { Name = name, NamespaceProperty = "team", Uid = "uid-" + name, ResourceVersion = "1", Generation = 1 }, Spec = change is null ? spec : change(spec) };
    }

    /// <summary>A run that waits for so many milligrams and milliwatt-hours (P95; P50 is half).</summary>
    internal static V1TrainingRun Run(string name, long milligrams, long milliwattHours = 0, int age = 0) => new()
    {
        Metadata = new() { Name = name, NamespaceProperty = "team", Uid = "uid-" + name, ResourceVersion = "1", CreationTimestamp = Now.AddMinutes(-age) },
        Spec = new() { ModelName = "diamonds" },
        Status = new()
        {
            Phase = TrainingRunPhase.Queued,
            Estimate = new() { EmissionsMilligramsP95 = milligrams, EmissionsMilligramsP50 = milligrams / 2, EnergyMilliwattHoursP95 = milliwattHours, EnergyMilliwattHoursP50 = milliwattHours / 2 },
        },
    };

    internal static V1TrainingRun Started(this V1TrainingRun run) => run with { Status = run.Status! with { Phase = TrainingRunPhase.Running, Attempts = new() { Execution = 1 } } };

    internal static V1TrainingRun Over(this V1TrainingRun run, long milligrams, long milliwattHours = 0, long pue = 1000) => run with
    {
        Status = run.Status! with
        {
            Phase = TrainingRunPhase.Succeeded,
            Attempts = new() { Execution = 1 },
            Energy = new() { Method = "ModelledCPU", EmissionsMilligrams = milligrams, EnergyMilliwattHours = milliwattHours, PueMilli = pue },
        },
    };

    /// <summary>The budgets after the plan's writes, through JSON as the server would keep them.</summary>
    internal static IReadOnlyList<V1CarbonBudget> After(IReadOnlyList<V1CarbonBudget> budgets, CarbonBudgetPlan plan, int writes = int.MaxValue)
    {
        var written = plan.Writes.Take(writes).ToDictionary(w => CarbonBudgetLedgers.NameOf(w.Budget), w => Wire(w.Budget with { Status = w.Next }), StringComparer.Ordinal);
        return [.. budgets.Select(b => written.GetValueOrDefault(CarbonBudgetLedgers.NameOf(b), b))];
    }

    internal static V1CarbonBudget Wire(V1CarbonBudget budget) => budget is V1ClusterCarbonBudget cluster
        ? JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(cluster, CarbonBudgetsJson.Default.V1ClusterCarbonBudget), CarbonBudgetsJson.Default.V1ClusterCarbonBudget)!
        : JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(budget, CarbonBudgetsJson.Default.V1CarbonBudget), CarbonBudgetsJson.Default.V1CarbonBudget)!;

    /// <summary>Decides and writes until nothing changes; returns the budgets.</summary>
    internal static IReadOnlyList<V1CarbonBudget> Settle(
        IReadOnlyList<V1CarbonBudget> budgets, IReadOnlyList<V1TrainingRun> runs, DateTimeOffset now, LabelsByNamespace? labels = null)
    {
        for (var i = 0; i < 3; i++)
        {
            var plan = CarbonBudgetPlanner.Decide(budgets, runs, now, null, labels);
            if (plan.Writes.IsEmpty)
                return budgets;
            budgets = After(budgets, plan);
        }

        Assert.Fail("the ledger never rests");
        return budgets;
    }

    internal static string[] Held(this V1CarbonBudget budget) => [.. (budget.Status?.Holds ?? []).Select(h => h.RunName)];
}
