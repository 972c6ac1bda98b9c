namespace ModelOperator.Kubernetes.Runtime.Plans;

/// <summary>See <see cref="Intent.Annotate"/>.</summary>
public sealed record AnnotateIntent<T>(EntityDescriptor<T> Descriptor, T Target, string Annotation, string Value) : Intent
    where T : class, IKubernetesObject
{
    internal override Task AcceptAsync(IIntentVisitor visitor, CancellationToken cancellationToken) =>
        visitor.AnnotateAsync(this, cancellationToken);
}
