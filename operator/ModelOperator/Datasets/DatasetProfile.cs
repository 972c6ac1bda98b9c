namespace ModelOperator.Datasets;

/// <summary>What a dataset is like: one JSON document per dataset, kept in the artifact store by its digest. docs/datasets.md describes it.</summary>
public sealed record DatasetProfile
{
    /// <summary>Name of the layout; another layout gets another name.</summary>
    public const string Format = "modelop/dataset-profile/v1";

    /// <summary><see cref="Format"/>.</summary>
    public required string Schema { get; init; }

    /// <summary>Digest of the dataset, sha256:hex.</summary>
    public required string Digest { get; init; }

    /// <summary>Rows, headers not counted.</summary>
    public required long Rows { get; init; }

    /// <summary>Columns in the order of the header, at most <see cref="DatasetInspector.MostProfiled"/>.</summary>
    public required IReadOnlyList<ColumnProfile> Columns { get; init; }

    /// <summary>Columns that are left out.</summary>
    public int? ColumnsOmitted { get; init; }

    /// <summary>Rules that the dataset breaks, where they were to be reported only.</summary>
    public int? Violations { get; init; }
}
