namespace ModelOperator.Registry;

/// <summary>A column, or a parameter of a statement.</summary>
/// <param name="Name">Name, as in the migrations.</param>
/// <param name="Kind">Type.</param>
/// <param name="IsKey">Whether it is part of what tells rows apart.</param>
public sealed record RegistryColumn(string Name, ColumnKind Kind, bool IsKey = false);
