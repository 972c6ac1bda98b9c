namespace ModelOperator.RegistryApi;

/// <summary>A column of the order of a collection; all of them together are unique.</summary>
/// <param name="Sql">Expression over the row <c>t</c>, never null.</param>
/// <param name="Type">Its type in SQL.</param>
public sealed record ApiKey(string Sql, string Type = "text");
