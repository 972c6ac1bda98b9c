namespace ModelOperator.Kubernetes.Runtime.Plans;

/// <summary>See <see cref="Intent.AddFinalizer"/> and <see cref="Intent.RemoveFinalizer"/>.</summary>
public sealed record FinalizerIntent<T>(EntityDescriptor<T> Descriptor, T Target, string Finalizer, bool Present) : Intent
    where T : class, IKubernetesObject
{
    internal override Task AcceptAsync(IIntentVisitor visitor, CancellationToken cancellationToken) =>
        visitor.FinalizeAsync(this, cancellationToken);
}
