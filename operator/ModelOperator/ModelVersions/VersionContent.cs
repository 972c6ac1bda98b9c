using System.ComponentModel;

namespace ModelOperator.ModelVersions;

/// <summary>What a number means, for good.</summary>
public sealed record VersionContent
{
    [Description("The number.")]
    public long Number { get; init; }

    [Description("Digest of the bytes that were verified under it first.")]
    public required string Digest { get; init; }
}
