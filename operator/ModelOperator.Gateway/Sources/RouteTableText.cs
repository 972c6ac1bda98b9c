namespace ModelOperator.Gateway.Sources;

/// <summary>One reading of a source.</summary>
/// <param name="Json">The table's text; null when there is none.</param>
/// <param name="Problem">Why there is none.</param>
public sealed record RouteTableText(string? Json, string? Problem);
