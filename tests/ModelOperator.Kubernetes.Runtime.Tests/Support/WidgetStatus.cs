namespace ModelOperator.Kubernetes.Runtime.Tests.Support;

public sealed record WidgetStatus : KubernetesValue
{
    public string? Phase { get; set; }

    public int? Attempts { get; set; }

    public List<V1Condition>? Conditions { get; set; }
}
