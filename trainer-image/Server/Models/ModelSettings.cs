using ModelOperator.ModelFormat;

namespace ModelOperator.Server.Models;

/// <summary>One model of this server: a version that stays, or a folder whose link says which version is served.</summary>
public sealed record ModelSettings
{
    /// <summary>For example diamonds.</summary>
    public required string Name { get; init; }

    /// <summary>Holds model.json (or model/model.json); of a followed model <see cref="VersionFolder.Link"/>.</summary>
    public required string Directory { get; init; }

    /// <summary>For example diamonds-1; null for a model that is followed.</summary>
    public string? Version { get; init; }

    /// <summary>Variant of the version that is served instead of the model itself; null for none, as of a model that is followed.</summary>
    public string? Variant { get; init; }

    /// <summary>What the version must keep; null for no promise.</summary>
    public SignatureDocument? Signature { get; init; }
}
