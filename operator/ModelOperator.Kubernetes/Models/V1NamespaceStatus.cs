namespace ModelOperator.Kubernetes;

/// <summary>Phase of a namespace.</summary>
public sealed record V1NamespaceStatus
{
    /// <summary>Active or Terminating.</summary>
    public string? Phase { get; set; }
}
