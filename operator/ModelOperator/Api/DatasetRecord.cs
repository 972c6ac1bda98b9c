using System.ComponentModel;

namespace ModelOperator.Api;

/// <summary>A dataset as it was read: name, origin and digest.</summary>
public sealed record DatasetRecord
{
    [Description("Name of the dataset in the run.")]
    public required string Name { get; init; }

    [Description("Where it was read from.")]
    public required string Uri { get; init; }

    [Description("sha256 of the bytes, as sha256:<hex>.")]
    public string? Digest { get; init; }

    [Description("Size in bytes.")]
    public long? SizeBytes { get; init; }

    [Description("Rows, where the dataset was validated or profiled.")]
    public long? Rows { get; init; }

    [Description("Columns, where the dataset was validated or profiled.")]
    public int? Columns { get; init; }

    [Description("Rules that the dataset breaks, where they were to be reported only.")]
    public int? Violations { get; init; }

    [Description("Digest of the dataset's profile in the artifact store, as sha256:<hex>.")]
    public string? ProfileDigest { get; init; }
}
