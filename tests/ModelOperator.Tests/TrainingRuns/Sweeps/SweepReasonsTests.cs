using System.Reflection;
using ModelOperator.Tests.Crds;
using ModelOperator.TrainingRuns.Sweeps;

namespace ModelOperator.Tests.TrainingRuns.Sweeps;

public sealed class SweepReasonsTests
{
    public static TheoryData<string> All =>
        [.. typeof(SweepReasons).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!)];

    [Theory]
    [MemberData(nameof(All))]
    public void The_page_explains_every_reason(string reason) =>
        Assert.Contains($"| `{reason}` |", File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "sweeps.md")), StringComparison.Ordinal);
}
