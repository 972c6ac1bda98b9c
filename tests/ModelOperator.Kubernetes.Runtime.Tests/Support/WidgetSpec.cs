namespace ModelOperator.Kubernetes.Runtime.Tests.Support;

public sealed record WidgetSpec : KubernetesValue
{
    public string? Color { get; set; }

    public int? Size { get; set; }
}
