using System.Text.Json;

namespace ModelOperator.Datasets;

/// <summary>Makes profiles of what was read. Pure: the same dataset gives the same bytes.</summary>
public static class DatasetProfiles
{
    /// <summary>Values that a Category lists.</summary>
    public const int MostListed = 50;

    private static readonly double[] Shares = [0, 0.01, 0.05, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 0.95, 0.99, 1];

    /// <summary>The document of an inspection.</summary>
    /// <param name="digest">Digest of the dataset, sha256:hex.</param>
    /// <param name="inspection">What was read.</param>
    public static DatasetProfile Of(string digest, DatasetInspection inspection)
    {
        var listed = inspection.Columns.Take(DatasetInspector.MostProfiled).Select(Column).ToList();
        return new DatasetProfile
        {
            Schema = DatasetProfile.Format,
            Digest = digest,
            Rows = inspection.Rows,
            Columns = listed,
            ColumnsOmitted = inspection.Columns.Count > listed.Count ? inspection.Columns.Count - listed.Count : null,
            Violations = inspection.Violations.Count > 0 ? inspection.Violations.Count : null,
        };
    }

    /// <summary>Its bytes.</summary>
    public static byte[] Bytes(DatasetProfile profile) => JsonSerializer.SerializeToUtf8Bytes(profile, DatasetsJson.Default.DatasetProfile);

    /// <summary>Reads a document; null when it is none of this layout.</summary>
    public static DatasetProfile? TryRead(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, DatasetsJson.Default.DatasetProfile) is { Schema: DatasetProfile.Format } profile ? profile : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ColumnProfile Column(ColumnState column)
    {
        var type = column.Type;
        return new ColumnProfile
        {
            Name = column.Name,
            Type = type,
            Count = column.Count,
            Missing = column.Missing,
            Numeric = type is DatasetColumnType.Number or DatasetColumnType.Integer && column.Numbers is { Count: > 0 } numbers ? Numeric(numbers) : null,
            Categories = type is DatasetColumnType.Category or DatasetColumnType.Boolean && column.Values is { } values ? Categories(values, column.Count) : null,
            Lengths = type == DatasetColumnType.Text && column.Lengths is { Count: > 0 } lengths
                ? new LengthProfile { Mean = lengths.Mean, Minimum = lengths.Minimum, Maximum = lengths.Maximum }
                : null,
        };
    }

    private static NumericProfile Numeric(NumericSummary numbers) => new()
    {
        Mean = numbers.Mean,
        StandardDeviation = numbers.StandardDeviation,
        Minimum = numbers.Minimum,
        Maximum = numbers.Maximum,
        Exact = numbers.Sketch.IsExact,
        Quantiles = [.. Shares.Select(share => new[] { share, numbers.Sketch.Quantile(share) })],
        Centroids = numbers.Sketch.Centroids() is { Length: <= 512 } centroids ? [.. centroids.Select(static centroid => new[] { centroid.Mean, centroid.Weight })] : null,
    };

    private static CategoryProfile Categories(ValueCounts values, long count)
    {
        var top = values.Top(MostListed);
        return new CategoryProfile
        {
            Distinct = values.Distinct,
            Error = values.Error > 0 ? values.Error : null,
            Top = [.. top.Select(static pair => new CategoryCount { Value = pair.Value, Count = pair.Count })],
            Other = Math.Max(0, count - top.Sum(static pair => pair.Count)),
        };
    }
}
