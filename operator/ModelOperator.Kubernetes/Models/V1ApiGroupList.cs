namespace ModelOperator.Kubernetes;

/// <summary>Answer of /apis: all groups.</summary>
public sealed record V1ApiGroupList
{
    /// <summary>Groups.</summary>
    public List<V1ApiGroup> Groups { get; set; } = [];
}
