using Xunit.Abstractions;

namespace ModelOperator.Operator.Tests.World;

/// <summary>Begins with the classes that mostly wait, and long: begun last, they would be waited for alone.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Long = ["CrashOnRealServer", "EndToEnd"];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(static c => Long.Any(name => c.DisplayName.Contains(name, StringComparison.Ordinal)) ? 0 : 1);
}
