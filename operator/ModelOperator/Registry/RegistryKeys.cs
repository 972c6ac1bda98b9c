using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;

namespace ModelOperator.Registry;

/// <summary>One queue for seven kinds: its keys are <c>namespace</c> and <c>Kind/name</c>.</summary>
public static class RegistryKeys
{
    /// <summary>Key of an object.</summary>
    /// <param name="entity">Object.</param>
    public static NamespacedName Of(IKubernetesObject entity) => Of(entity.Kind, entity.Metadata.NamespaceProperty, entity.Metadata.Name);

    /// <summary>Key of an object by its name.</summary>
    /// <param name="kind">Kind.</param>
    /// <param name="space">Namespace.</param>
    /// <param name="name">Name.</param>
    public static NamespacedName Of(string kind, string? space, string name) => new(space ?? "", $"{kind}/{name}");

    /// <summary>Kind and key of an object.</summary>
    /// <param name="key">Key of this queue.</param>
    public static (string Kind, NamespacedName Object) Split(NamespacedName key)
    {
        var slash = key.Name.IndexOf('/', StringComparison.Ordinal);
        return (key.Name[..slash], new(key.Namespace, key.Name[(slash + 1)..]));
    }
}
