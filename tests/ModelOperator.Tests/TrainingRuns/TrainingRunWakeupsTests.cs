using ModelOperator.CarbonBudgets;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Tests.CarbonBudgets;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.TrainingRuns;

public sealed class TrainingRunWakeupsTests
{
    private static readonly V1TrainingRun Waiting = Budgets.Run("waiting", 100);
    private static readonly V1TrainingRun Working = Budgets.Run("working", 100).Started();
    private static readonly V1CarbonBudget Budget = Budgets.Settle([Budgets.Budget("all")], [], Budgets.Now)[0];

    [Fact]
    public void A_hold_that_comes_or_goes_wakes_its_run_alone()
    {
        var held = Holding("a", "b");
        Assert.Equal(["a", "b"], Woken(Budget, held));
        Assert.Equal(["c"], Woken(held, Holding("a", "b", "c")));
        Assert.Equal(["a"], Woken(held, Holding("b")));
        Assert.Equal(["b"], Woken(held, held with { Status = held.Status! with { Holds = [held.Status.Holds![0], held.Status.Holds[1] with { Milligrams = 5 }] } }));
        Assert.Empty(Woken(held, held with { Status = held.Status! with { SettledMilligrams = 7, WaitingRuns = 3 } }));
    }

    [Fact]
    public void New_terms_wake_every_run_that_has_not_started()
    {
        Assert.Equal(["waiting"], Woken(null, Budget));
        Assert.Equal(["waiting"], Woken(Budget, null));
        Assert.Equal(["waiting"], Woken(Budget, Budget with { Metadata = Budget.Metadata with { Generation = 2 } }));
        Assert.Equal(["waiting"], Woken(Budget, Budget with { Status = Budget.Status! with { WindowEnd = Budgets.Now } }));
        Assert.Equal(["waiting"], Woken(Budget, Budget with { Status = Budget.Status! with { LimitMilligrams = 5 } }));
    }

    public static TheoryData<string, V1TrainingRun, V1TrainingRun, bool> Changes => new()
    {
        { "nothing but a message", Waiting, Waiting with { Status = Waiting.Status! with { Message = "still waits" } }, false },
        { "phases of a run that works", Working, Working with { Status = Working.Status! with { Phase = TrainingRunPhase.Publishing } }, false },
        { "start", Waiting, Waiting.Started(), true },
        { "end", Working, Working.Over(5), true },
        { "estimate", Waiting, Budgets.Run("waiting", 101), true },
        { "ask at work", Working, Working with { Status = Working.Status! with { Projection = new() { EmissionsMilligramsRemaining = 5 } } }, true },
        { "pause by a person", Working, Working with { Status = Working.Status! with { Pause = new() { Reason = TrainingRunReasons.PausedByUser } } }, false },
        { "pause by a budget", Working, Working with { Status = Working.Status! with { Pause = new() { Reason = TrainingRunReasons.PausedByBudget } } }, true },
        { "deletion", Waiting, Waiting with { Metadata = Waiting.Metadata with { DeletionTimestamp = Budgets.Now } }, true },
        { "spec", Waiting, Waiting with { Metadata = Waiting.Metadata with { Generation = 9 } }, true },
        { "label", Waiting, Waiting with { Metadata = Waiting.Metadata with { Labels = new() { ["team"] = "a" } } }, true },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void The_ledger_looks_only_at_changes_that_move_an_amount(string change, V1TrainingRun old, V1TrainingRun current, bool concerns) =>
        Assert.True(concerns == CarbonBudgetWakeups.Concerns(new CacheChange<V1TrainingRun>(old, current, false)), change);

    [Fact]
    public void The_ledger_looks_at_runs_that_come_and_go()
    {
        Assert.True(CarbonBudgetWakeups.Concerns(new CacheChange<V1TrainingRun>(null, Waiting, false)));
        Assert.True(CarbonBudgetWakeups.Concerns(new CacheChange<V1TrainingRun>(Waiting, null, false)));
    }

    private static V1CarbonBudget Holding(params string[] runs) => Budget with
    {
        Status = Budget.Status! with { Holds = [.. runs.Select(r => new CarbonHold { RunUid = "uid-" + r, RunName = r })] },
    };

    private static string[] Woken(V1CarbonBudget? old, V1CarbonBudget? current) =>
        [.. TrainingRunWakeups.OfBudget(old, current, () => [Waiting, Working]).Select(k => k.Name).Order(StringComparer.Ordinal)];
}
