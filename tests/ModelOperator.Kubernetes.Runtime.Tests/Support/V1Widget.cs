namespace ModelOperator.Kubernetes.Runtime.Tests.Support;

/// <summary>A custom kind with spec and status.</summary>
public sealed record V1Widget() : KubernetesObject("test.modeloperator.io/v1", "Widget")
{
    public WidgetSpec? Spec { get; set; }

    public WidgetStatus? Status { get; set; }
}
