namespace ModelOperator.CarbonBudgets;

/// <summary>Something that a plan takes for a fact about a run.</summary>
/// <param name="Kind">What.</param>
/// <param name="RunUid">UID of the run.</param>
/// <param name="RunName">Its name, in the namespace of the ledger.</param>
public sealed record CarbonBudgetPremise(CarbonBudgetPremiseKind Kind, string RunUid, string RunName);
