using ModelOperator.CarbonBudgets;
using ModelOperator.Operator.Tests.Scenarios;
using ModelOperator.Operator.Tests.World;
using Xunit.Abstractions;

namespace ModelOperator.Operator.Tests;

/// <summary>Deaths of the operator on the fake server.</summary>
/// <param name="output">Where the numbers go.</param>
public sealed class CrashTests(ITestOutputHelper output)
{
    [Fact]
    public Task A_death_at_any_write_of_a_run_changes_nothing() => DeathAtEveryWrite.ChangesNothingAsync(() => new RunScenario(), output);

    [Fact]
    public Task A_death_at_any_write_of_a_run_that_exceeds_its_budget_changes_nothing() => DeathAtEveryWrite.ChangesNothingAsync(() => new OverrideScenario(), output);

    [Fact]
    public Task A_death_at_any_write_of_a_run_that_exceeds_a_budget_over_many_namespaces_changes_nothing() =>
        DeathAtEveryWrite.ChangesNothingAsync(() => new OverrideScenario(CarbonBudgetKind.ClusterCarbonBudget), output);

    [Fact]
    public Task A_death_at_any_write_of_a_sweep_changes_nothing() => DeathAtEveryWrite.ChangesNothingAsync(() => new SweepScenario(3), output);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task A_death_at_any_write_of_a_switch_from_blue_to_green_changes_nothing(bool good) => DeathAtEveryWrite.ChangesNothingAsync(() => new BlueGreenScenario(good), output);

    [Fact]
    public Task A_death_at_any_write_of_a_promoted_canary_changes_nothing() => DeathAtEveryWrite.ChangesNothingAsync(() => new CanaryScenario(good: true), output);

    [Fact]
    public Task A_death_at_any_write_of_a_canary_that_is_rolled_back_changes_nothing() => DeathAtEveryWrite.ChangesNothingAsync(() => new CanaryScenario(good: false), output);
}
