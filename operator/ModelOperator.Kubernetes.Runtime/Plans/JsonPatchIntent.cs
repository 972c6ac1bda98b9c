using System.Text.Json.Nodes;

namespace ModelOperator.Kubernetes.Runtime.Plans;

/// <summary>See <see cref="Intent.Patch"/>.</summary>
public sealed record JsonPatchIntent<T>(EntityDescriptor<T> Descriptor, T Target, JsonArray Operations) : Intent
    where T : class, IKubernetesObject
{
    internal override Task AcceptAsync(IIntentVisitor visitor, CancellationToken cancellationToken) =>
        visitor.PatchAsync(this, cancellationToken);
}
