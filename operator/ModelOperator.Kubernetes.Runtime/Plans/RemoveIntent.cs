namespace ModelOperator.Kubernetes.Runtime.Plans;

/// <summary>See <see cref="Intent.Remove"/>.</summary>
public sealed record RemoveIntent<T>(EntityDescriptor<T> Descriptor, NamespacedName Key, string Uid, TimeSpan? Grace) : Intent
    where T : class, IKubernetesObject
{
    internal override Task AcceptAsync(IIntentVisitor visitor, CancellationToken cancellationToken) =>
        visitor.RemoveAsync(this, cancellationToken);
}
