namespace ModelOperator.Fakes;

/// <summary>Identity of a field manager.</summary>
internal sealed record ManagerKey(string Manager, string Operation, string Subresource);
