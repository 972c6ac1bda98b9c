namespace ModelOperator.Kubernetes;

/// <summary>One page of a list, or a whole list after <see cref="IKubernetesClient.ListAllAsync"/>.</summary>
/// <typeparam name="T">Kind of the items.</typeparam>
public sealed record KubernetesList<T>
{
    /// <summary>API version of the list.</summary>
    public string? ApiVersion { get; set; }

    /// <summary>Kind of the list, for example PodList.</summary>
    public string? Kind { get; set; }

    /// <summary>Version to watch from and continue token.</summary>
    public V1ListMeta Metadata { get; set; } = new();

    /// <summary>Items. The server may send null for an empty list; the client turns that into an empty one.</summary>
    public List<T> Items { get; set => field = value ?? []; } = [];
}
