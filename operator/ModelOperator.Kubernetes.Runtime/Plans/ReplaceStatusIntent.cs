namespace ModelOperator.Kubernetes.Runtime.Plans;

/// <summary>See <see cref="Intent.ReplaceStatus"/>.</summary>
public sealed record ReplaceStatusIntent<T>(EntityDescriptor<T> Descriptor, T Seen, T Desired) : Intent
    where T : class, IKubernetesObject
{
    internal override Task AcceptAsync(IIntentVisitor visitor, CancellationToken cancellationToken) =>
        visitor.ReplaceStatusAsync(this, cancellationToken);
}
