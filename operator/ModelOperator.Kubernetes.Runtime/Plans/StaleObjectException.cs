namespace ModelOperator.Kubernetes.Runtime.Plans;

/// <summary>A write was decided on a state that is no longer there; the pass is repeated on the present one.</summary>
/// <param name="kind">Kind of the object.</param>
/// <param name="key">Its key.</param>
/// <param name="inner">The server's answer, if any.</param>
public sealed class StaleObjectException(string kind, NamespacedName key, Exception? inner)
    : Exception($"{kind} {key} changed since it was read", inner)
{
    /// <summary>Kind of the object.</summary>
    public string Kind => kind;

    /// <summary>Its key.</summary>
    public NamespacedName Key => key;
}
