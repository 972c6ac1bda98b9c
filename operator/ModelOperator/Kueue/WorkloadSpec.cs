namespace ModelOperator.Kueue;

/// <summary>What of a Workload's spec matters to a check.</summary>
public sealed record WorkloadSpec
{
    /// <summary>False for a Workload that was rejected or stopped.</summary>
    public bool? Active { get; init; }
}
