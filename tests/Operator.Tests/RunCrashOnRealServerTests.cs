using ModelOperator.Operator.Tests.Scenarios;
using ModelOperator.Operator.Tests.World;
using Xunit.Abstractions;

namespace ModelOperator.Operator.Tests;

/// <summary>Deaths of the operator on a real server, with runs; beside the canaries, for both mostly wait.</summary>
/// <param name="output">Where the numbers go.</param>
public sealed class RunCrashOnRealServerTests(ITestOutputHelper output)
{
    [RealClusterFact]
    public Task A_death_at_any_write_of_a_run_changes_nothing_on_a_real_server() => DeathAtEveryWrite.ChangesNothingOnARealServerAsync(() => new RunScenario(), output);

    [RealClusterFact]
    public Task A_death_at_any_write_of_a_sweep_changes_nothing_on_a_real_server() => DeathAtEveryWrite.ChangesNothingOnARealServerAsync(() => new SweepScenario(2), output);
}
