using System.ComponentModel;

namespace ModelOperator.ModelVersions;

/// <summary>What a number means, for good.</summary>
public sealed record VersionContent
{
    [Description("The number.")]
    public long Number { get; init; }

    [Description("Digest of the bytes that were verified under it first, as Subresource Integrity writes it: sha256-<base64>. Unlike the hexadecimal form it keeps no bytes in the artifact store.")]
    public required string Integrity { get; init; }
}
