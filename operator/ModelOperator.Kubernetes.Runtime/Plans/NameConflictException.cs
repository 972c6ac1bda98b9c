namespace ModelOperator.Kubernetes.Runtime.Plans;

/// <summary>A wanted child has the name of an object that somebody else controls; nothing was written.</summary>
/// <param name="kind">Kind of the object in the way.</param>
/// <param name="key">Its key.</param>
/// <param name="controller">Its controller, or null when it has none.</param>
public sealed class NameConflictException(string kind, NamespacedName key, V1OwnerReference? controller)
    : Exception($"{kind} {key} exists already and is controlled by {(controller is null ? "nobody" : $"{controller.Kind} {controller.Name}")}; rename or delete it")
{
    /// <summary>Kind of the object in the way.</summary>
    public string Kind => kind;

    /// <summary>Its key.</summary>
    public NamespacedName Key => key;

    /// <summary>Its controller, or null when it has none.</summary>
    public V1OwnerReference? Controller => controller;
}
