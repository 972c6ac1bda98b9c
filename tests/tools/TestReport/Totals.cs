using System.Collections.Immutable;

namespace ModelOperator.TestReport;

/// <summary>Outcome of any number of test files.</summary>
internal sealed record Totals(int Passed, int Failed, int Skipped, ImmutableList<string> Failures, ImmutableList<string> SkippedTests)
{
    public static Totals None { get; } = new(0, 0, 0, [], []);

    public static Totals operator +(Totals left, Totals right) => new(
        left.Passed + right.Passed,
        left.Failed + right.Failed,
        left.Skipped + right.Skipped,
        left.Failures.AddRange(right.Failures),
        left.SkippedTests.AddRange(right.SkippedTests));
}
