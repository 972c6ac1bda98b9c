namespace ModelOperator.Datasets;

/// <summary>One object of a listing.</summary>
/// <param name="Key">Key.</param>
/// <param name="Size">Size in bytes.</param>
/// <param name="Modified">When it was put, by the service's clock.</param>
public sealed record S3Object(string Key, long Size, DateTimeOffset Modified);
