namespace ModelOperator.TrainingRuns;

/// <summary>What a run's Pods may talk to.</summary>
public enum TrainingNetworkPolicy
{
    /// <summary>Nobody calls in but ranks of the same run; out go DNS, the artifact store, the status endpoint, the datasets' sources and what is declared.</summary>
    Restricted,

    /// <summary>No NetworkPolicy of ours.</summary>
    None,
}
