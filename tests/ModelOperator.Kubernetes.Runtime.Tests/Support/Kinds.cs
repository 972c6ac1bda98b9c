namespace ModelOperator.Kubernetes.Runtime.Tests.Support;

public static class Kinds
{
    public static EntityDescriptor<V1Widget> Widgets { get; } = new(
        "test.modeloperator.io", "v1", "widgets", "Widget", true, WidgetJson.Default.V1Widget, WidgetJson.Default.KubernetesListV1Widget);
}
