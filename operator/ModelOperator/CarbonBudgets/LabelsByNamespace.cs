namespace ModelOperator.CarbonBudgets;

/// <summary>Labels of a namespace; null when it is not known.</summary>
/// <param name="name">Name of the namespace.</param>
public delegate IReadOnlyDictionary<string, string>? LabelsByNamespace(string name);
