namespace ModelOperator.Datasets;

/// <summary>Formats that the dataset stage can read.</summary>
public enum DatasetFormat
{
    /// <summary>Comma-separated values with a header (RFC 4180), UTF-8, plain or gzip.</summary>
    CSV,
}
