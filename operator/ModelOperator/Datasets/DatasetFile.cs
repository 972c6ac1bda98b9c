namespace ModelOperator.Datasets;

/// <summary>One file of a dataset.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Name">Name for messages.</param>
public sealed record DatasetFile(string Path, string Name);
