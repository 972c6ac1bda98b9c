namespace ModelOperator.Kubernetes;

/// <summary>Capacity and conditions of a node.</summary>
public sealed record V1NodeStatus
{
    /// <summary>All resources.</summary>
    public Dictionary<string, Quantity>? Capacity { get; set; }

    /// <summary>Resources for pods.</summary>
    public Dictionary<string, Quantity>? Allocatable { get; set; }

    /// <summary>Conditions, for example Ready.</summary>
    public List<V1NodeCondition>? Conditions { get; set; }
}
