namespace ModelOperator.CanaryDeployments.Routing;

/// <summary>One weighted backend of somebody's route.</summary>
/// <param name="Path">JSON pointer to the entry.</param>
/// <param name="NamePath">JSON pointer to the field that says whose entry it is.</param>
/// <param name="Name">That field as it was seen.</param>
/// <param name="Weight">Weight as it was seen, relative to the other entries.</param>
public sealed record RouteBackend(string Path, string NamePath, string Name, int Weight);
