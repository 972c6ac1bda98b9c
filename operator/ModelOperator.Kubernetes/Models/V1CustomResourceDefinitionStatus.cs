namespace ModelOperator.Kubernetes;

/// <summary>Observed state of a definition.</summary>
public sealed record V1CustomResourceDefinitionStatus
{
    /// <summary>Established, NamesAccepted.</summary>
    public List<V1Condition>? Conditions { get; set; }

    /// <summary>Versions that storage may hold.</summary>
    public List<string>? StoredVersions { get; set; }
}
