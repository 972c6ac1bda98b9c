using System.Collections.Immutable;
using ModelOperator.Api;
using static ModelOperator.Registry.ColumnKind;

namespace ModelOperator.Registry;

/// <summary>Datasets of runs as rows; pure.</summary>
public static class DatasetTables
{
    /// <summary>Datasets that runs read; what was known once is never replaced by nothing.</summary>
    public static RegistryTable RunDatasets { get; } = RegistryTable.Filling(
        "run_datasets",
        new("run_uid", Text, true), new("name", Text, true), new("namespace", Text), new("uri", Text), new("digest", Text), new("size_bytes", Number),
        new("rows", Number), new("columns", Number), new("violations", Number), new("profile_digest", Text));

    /// <summary>Rows of a run's datasets; of equal names the first one counts.</summary>
    /// <param name="uid">UID of the run.</param>
    /// <param name="space">Namespace.</param>
    /// <param name="datasets">As resolved.</param>
    public static ImmutableArray<RegistryRow> Of(string uid, string space, IReadOnlyList<DatasetRecord>? datasets) =>
    [
        .. (datasets ?? []).DistinctBy(static read => read.Name, StringComparer.Ordinal).Select(read => RunDatasets.Row(
            ("run_uid", uid), ("name", read.Name), ("namespace", space), ("uri", read.Uri), ("digest", read.Digest), ("size_bytes", read.SizeBytes),
            ("rows", read.Rows), ("columns", read.Columns), ("violations", read.Violations), ("profile_digest", read.ProfileDigest))),
    ];
}
