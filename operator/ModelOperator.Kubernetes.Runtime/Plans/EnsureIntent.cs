namespace ModelOperator.Kubernetes.Runtime.Plans;

/// <summary>See <see cref="Intent.Ensure"/>.</summary>
public sealed record EnsureIntent<T>(EntityDescriptor<T> Descriptor, T Desired, EnsureMode Mode, bool Owned) : Intent
    where T : class, IKubernetesObject
{
    internal override Task AcceptAsync(IIntentVisitor visitor, CancellationToken cancellationToken) =>
        visitor.EnsureAsync(this, cancellationToken);
}
