using System.Text.RegularExpressions;
using ModelOperator.CanaryDeployments;
using ModelOperator.Tests.Crds;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>The state diagrams of docs/canary-deployments.md.</summary>
internal static partial class CanaryDiagram
{
    /// <summary>The edges that are drawn.</summary>
    internal static HashSet<(CanaryPhase From, CanaryPhase To)> Edges { get; } =
    [
        .. Drawn().Matches(File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "canary-deployments.md")))
            .Select(edge => (Enum.Parse<CanaryPhase>(edge.Groups[1].Value), Enum.Parse<CanaryPhase>(edge.Groups[2].Value))),
    ];

    [GeneratedRegex("^    ([A-Z][A-Za-z]+) --> ([A-Z][A-Za-z]+):", RegexOptions.Multiline)]
    private static partial Regex Drawn();
}
