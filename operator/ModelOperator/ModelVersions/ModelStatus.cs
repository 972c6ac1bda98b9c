using System.ComponentModel;
using ModelOperator.Api;
using ModelOperator.Kubernetes;

namespace ModelOperator.ModelVersions;

/// <summary>Numbers and aliases, by compare-and-swap, so that they need no database and have one owner.</summary>
public sealed record ModelStatus
{
    [Description("Generation of the spec that this status speaks of.")]
    public long? ObservedGeneration { get; init; }

    [Description("Number that the next version gets. Numbers are never reused.")]
    public long NextVersion { get; init; }

    [Description("Numbers given to runs whose ModelVersion does not exist yet.")]
    public IReadOnlyList<VersionAllocation>? Allocations { get; init; }

    [Description("Aliases in force, one holder each.")]
    public IReadOnlyList<HeldAlias>? Aliases { get; init; }

    [Description("Highest version that is Ready.")]
    public string? LatestVersion { get; init; }

    [Description("Number of versions.")]
    public int Versions { get; init; }

    [Description("Which bytes each number means, of versions that are gone too; the highest 200 numbers.")]
    [MaxItems(VersionContents.Most)]
    public IReadOnlyList<VersionContent>? Contents { get; init; }

    [Description("Ready, Reconciling, Stalled.")]
    public IReadOnlyList<V1Condition>? Conditions { get; init; }
}
