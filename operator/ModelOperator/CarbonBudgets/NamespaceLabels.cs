using ModelOperator.Kubernetes;

namespace ModelOperator.CarbonBudgets;

/// <summary>Labels of namespaces, which budgets over many namespaces select by. Pure.</summary>
public static class NamespaceLabels
{
    /// <summary>Set by servers from 1.21 on.</summary>
    private const string NameLabel = "kubernetes.io/metadata.name";

    /// <summary>The labels of a namespace, its name among them whatever the server's version.</summary>
    public static Dictionary<string, string> Of(V1Namespace space) =>
        new(space.Metadata.Labels ?? [], StringComparer.Ordinal) { [NameLabel] = space.Metadata.Name };
}
