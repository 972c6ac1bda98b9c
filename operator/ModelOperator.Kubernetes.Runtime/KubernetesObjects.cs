namespace ModelOperator.Kubernetes.Runtime;

/// <summary>Facts read from metadata; pure.</summary>
public static class KubernetesObjects
{
    // The analyzer takes an extension block for a nested type.
#pragma warning disable CA1034
    extension(IKubernetesObject entity)
#pragma warning restore CA1034
    {
        /// <summary>Key in caches and queues.</summary>
        public NamespacedName Key => new(entity.Metadata.NamespaceProperty ?? "", entity.Metadata.Name);

        /// <summary>Whether deletion was asked for.</summary>
        public bool IsDeleting => entity.Metadata.DeletionTimestamp is not null;

        /// <summary>The owner that manages the object, or null.</summary>
        public V1OwnerReference? Controller =>
            entity.Metadata.OwnerReferences?.Find(static owner => owner.Controller == true);

        /// <summary>Whether the object is managed by the owner of that UID.</summary>
        /// <param name="uid">UID of the owner.</param>
        public bool IsControlledBy(string? uid) => uid is not null && entity.Controller?.Uid == uid;

        /// <summary>Whether the finalizer is on the object.</summary>
        /// <param name="finalizer">Qualified name.</param>
        public bool HasFinalizer(string finalizer) => entity.Metadata.Finalizers?.Contains(finalizer) == true;

        /// <summary>A reference by which children name this object as their managing owner.</summary>
        public V1OwnerReference ToControllerReference() => new()
        {
            ApiVersion = entity.ApiVersion,
            Kind = entity.Kind,
            Name = entity.Metadata.Name,
            Uid = entity.Metadata.Uid ?? throw new InvalidOperationException($"{entity.Kind} {entity.Key} has no uid yet"),
            Controller = true,
            BlockOwnerDeletion = true,
        };

        /// <summary>A reference to this very incarnation of the object.</summary>
        public V1ObjectReference ToReference() => new()
        {
            ApiVersion = entity.ApiVersion,
            Kind = entity.Kind,
            Name = entity.Metadata.Name,
            NamespaceProperty = entity.Metadata.NamespaceProperty,
            Uid = entity.Metadata.Uid,
        };
    }
}
