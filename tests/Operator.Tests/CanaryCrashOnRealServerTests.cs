using ModelOperator.Operator.Tests.Scenarios;
using ModelOperator.Operator.Tests.World;
using Xunit.Abstractions;

namespace ModelOperator.Operator.Tests;

/// <summary>Deaths of the operator on a real server, with a canary.</summary>
/// <param name="output">Where the numbers go.</param>
public sealed class CanaryCrashOnRealServerTests(ITestOutputHelper output)
{
    [RealClusterFact]
    public Task A_death_at_any_write_of_a_canary_changes_nothing_on_a_real_server() => DeathAtEveryWrite.ChangesNothingOnARealServerAsync(() => new CanaryScenario(good: true), output);

    [RealClusterFact]
    public Task A_death_at_any_write_of_a_switch_from_blue_to_green_changes_nothing_on_a_real_server() => DeathAtEveryWrite.ChangesNothingOnARealServerAsync(() => new BlueGreenScenario(good: true), output);
}
