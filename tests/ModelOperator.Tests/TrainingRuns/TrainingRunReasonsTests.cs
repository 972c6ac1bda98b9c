using System.Reflection;
using ModelOperator.Tests.Crds;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.TrainingRuns;

public sealed class TrainingRunReasonsTests
{
    public static TheoryData<string> All =>
        [.. typeof(TrainingRunReasons).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!)];

    [Theory]
    [MemberData(nameof(All))]
    public void The_page_explains_every_reason(string reason) =>
        Assert.Contains($"| `{reason}` |", File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "training-runs.md")), StringComparison.Ordinal);
}
