namespace ModelOperator.Kubernetes;

/// <summary>A command check.</summary>
public sealed record V1ExecAction : KubernetesValue
{
    /// <summary>Command and arguments.</summary>
    public List<string>? Command { get; set; }
}
