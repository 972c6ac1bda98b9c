using ModelOperator.Kubernetes.Runtime;

namespace ModelOperator.CarbonBudgets;

/// <summary>Something that a plan takes for a fact about a run.</summary>
/// <param name="Kind">What.</param>
/// <param name="RunUid">UID of the run.</param>
/// <param name="Run">Its namespace and name.</param>
public sealed record CarbonBudgetPremise(CarbonBudgetPremiseKind Kind, string RunUid, NamespacedName Run);
