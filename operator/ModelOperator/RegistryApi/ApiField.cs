namespace ModelOperator.RegistryApi;

/// <summary>A member of an answer and where it comes from.</summary>
/// <param name="Name">Name in JSON.</param>
/// <param name="Sql">Expression over the row <c>t</c>; a constant of this program.</param>
/// <param name="Type">Type.</param>
/// <param name="Description">What it is.</param>
public sealed record ApiField(string Name, string Sql, ApiType Type, string Description);
