using ModelOperator.ModelFormat;

namespace ModelOperator.Server.Models;

/// <summary>What the registry says of a version, beside its files.</summary>
internal sealed class VersionDocument
{
    internal const string FileName = "version.json";

    /// <summary>For example diamonds-2.</summary>
    public required string Version { get; set; }

    /// <summary>Digest of the artifact; null for none that is known.</summary>
    public string? Digest { get; set; }

    /// <summary>What the model must keep; null for no promise.</summary>
    public SignatureDocument? Signature { get; set; }
}
