using System.Text.Json.Serialization;

namespace ModelOperator.Kubernetes;

/// <summary>Standard object metadata (metav1.ObjectMeta). managedFields are dropped on read.</summary>
public sealed record V1ObjectMeta : KubernetesValue
{
    /// <summary>Name, unique within the namespace and kind.</summary>
    public string Name { get; set; } = string.Empty;

    /// <summary>Namespace; null for cluster-scoped objects.</summary>
    [JsonPropertyName("namespace")]
    public string? NamespaceProperty { get; set; }

    /// <summary>Prefix for a name made by the server.</summary>
    public string? GenerateName { get; set; }

    /// <summary>Identity of this incarnation of the object; set by the server.</summary>
    public string? Uid { get; set; }

    /// <summary>Opaque version for optimistic concurrency; compared for equality only.</summary>
    public string? ResourceVersion { get; set; }

    /// <summary>Count of changes of the desired state; set by the server.</summary>
    public long? Generation { get; set; }

    /// <summary>When the server created the object.</summary>
    public DateTimeOffset? CreationTimestamp { get; set; }

    /// <summary>When deletion was asked for; null while the object is not being deleted.</summary>
    public DateTimeOffset? DeletionTimestamp { get; set; }

    /// <summary>Seconds allowed for graceful deletion.</summary>
    public long? DeletionGracePeriodSeconds { get; set; }

    /// <summary>Labels.</summary>
    public Dictionary<string, string>? Labels { get; set; }

    /// <summary>Annotations. kubectl's last-applied-configuration is stripped by list and watch, and kept by get.</summary>
    public Dictionary<string, string>? Annotations { get; set; }

    /// <summary>Owners; when all are gone the garbage collector deletes this object.</summary>
    public List<V1OwnerReference>? OwnerReferences { get; set; }

    /// <summary>Finalizers; the object stays until the list is empty.</summary>
    public List<string>? Finalizers { get; set; }

    /// <summary>Skipped on read: a fifth to a third of an object's bytes. A write without it keeps the server's.</summary>
    [JsonPropertyName("managedFields")]
    public DroppedValue? ManagedFields { get; set; }
}
