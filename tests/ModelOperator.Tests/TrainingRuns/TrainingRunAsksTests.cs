using ModelOperator.CarbonBudgets;
using ModelOperator.Fakes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Plans;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.TrainingRuns;

public sealed class TrainingRunAsksTests
{
    private readonly FakeTimeProvider time = new();
    private readonly V1TrainingRun run = Runs.Run(null) with { Status = null };
    private readonly V1CarbonBudget budget = Runs.Budget("500");

    [Fact]
    public void A_run_that_the_ledger_has_room_for_asks_without_a_write_for_two_seconds()
    {
        var plan = Decide(TimeSpan.Zero);
        Assert.Null(plan.Status);
        Assert.Empty(plan.Events);
        Assert.NotNull(plan.Unwritten!.Estimate);
        Assert.Equal(TrainingRunPlanner.LedgerPatience, plan.RequeueAfter);
        var late = Decide(TrainingRunPlanner.LedgerPatience);
        Assert.Null(late.Unwritten);
        Assert.Equal(TrainingRunReasons.WaitingForLedger, late.Status!.Reason);
    }

    [Fact]
    public void Without_a_ledger_in_the_process_the_status_asks() => Assert.NotNull(Decide(null).Status);

    [Fact]
    public void A_run_without_room_says_so_at_once()
    {
        var full = budget with { Spec = budget.Spec with { Limit = new() { GramsCO2e = "0.001" } } };
        Assert.Equal(TrainingRunReasons.CarbonBudgetTooSmall, Decide(TimeSpan.Zero, full).Status!.Reason);
    }

    [Fact]
    public void A_request_counts_from_its_first_moment_and_only_for_this_incarnation()
    {
        var asks = new TrainingRunAsks(time);
        var estimate = Decide(TimeSpan.Zero).Unwritten!.Estimate!;
        var told = new List<NamespacedName>();
        asks.Changed.Subscribe(told.Add);
        asks.Set(run, estimate);
        time.Advance(TimeSpan.FromSeconds(1));
        asks.Set(run, estimate);
        asks.Set(run, estimate with { EmissionsMilligramsP95 = 1 });
        Assert.Equal(TimeSpan.FromSeconds(1), asks.WaitedFor(run));
        Assert.Equal(1, asks.EstimateOf(run)!.EmissionsMilligramsP95);
        Assert.Equal([run.Key, run.Key], told);
        Assert.Null(asks.EstimateOf(run with { Metadata = run.Metadata with { Uid = "another" } }));
        asks.Set(run, null);
        Assert.Null(asks.EstimateOf(run));
        Assert.Equal(TimeSpan.Zero, asks.WaitedFor(run));
    }

    private Plan<TrainingRunStatus> Decide(TimeSpan? asking, V1CarbonBudget? only = null) => TrainingRunPlanner.Decide(
        run, new TrainingRunObserved { Options = Runs.Options, Datasets = Runs.Found, Budgets = [only ?? budget], Asking = asking }, Runs.Start);
}
