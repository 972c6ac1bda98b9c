namespace ModelOperator.Server.Http;

/// <summary>What a path asks for.</summary>
/// <param name="Route">The route.</param>
/// <param name="Model">The model that the path names; null for none.</param>
/// <param name="Version">The version that the path names, by its name or its number; null for none.</param>
internal readonly record struct RouteMatch(Route Route, string? Model = null, string? Version = null)
{
    public static implicit operator RouteMatch(Route route) => new(route);
}
