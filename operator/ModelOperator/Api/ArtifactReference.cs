using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.Api;

/// <summary>Immutable bytes of a model: where they are and what they hash to.</summary>
public sealed record ArtifactReference
{
    [Description("Where the bytes are: modelop://sha256/<hex> in the artifact store.")]
    [StringLength(2048, MinimumLength = 1)]
    public required string Uri { get; init; }

    [Description("sha256 of the sorted manifest of files, as sha256:<hex>.")]
    [RegularExpression("^sha256:[0-9a-f]{64}$")]
    public required string Digest { get; init; }

    [Description("Format of the files, for example modelop/xgboost-v1.")]
    [StringLength(128)]
    public string? Format { get; init; }

    [Description("Sum of the files' sizes in bytes.")]
    [Range(0, long.MaxValue)]
    public long? SizeBytes { get; init; }
}
