namespace ModelOperator.ApiBench;

/// <summary>What creating many objects took.</summary>
internal sealed record CreationResult(int Created, double Seconds);
