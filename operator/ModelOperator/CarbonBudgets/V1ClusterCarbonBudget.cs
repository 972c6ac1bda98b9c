namespace ModelOperator.CarbonBudgets;

/// <summary>A CarbonBudget over the runs of many namespaces, for those who answer for many teams. Its object has no namespace.</summary>
public sealed record V1ClusterCarbonBudget : V1CarbonBudget
{
    /// <summary>Creates an empty object of the kind.</summary>
    public V1ClusterCarbonBudget()
        : base("ClusterCarbonBudget") => Spec = new() { Limit = new() };

    /// <summary>The user's part.</summary>
    public new ClusterCarbonBudgetSpec Spec
    {
        get => (ClusterCarbonBudgetSpec)base.Spec;
        set => base.Spec = value;
    }
}
