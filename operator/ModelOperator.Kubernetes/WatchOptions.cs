namespace ModelOperator.Kubernetes;

/// <summary>Options of a watch.</summary>
public sealed record WatchOptions
{
    /// <summary>Label selector.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Field selector.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Whether the server sends bookmarks. Default: true.</summary>
    public bool AllowBookmarks { get; init; } = true;

    /// <summary>
    /// How long the server keeps the watch open, in whole seconds. Default (null): random in 240 to 480 s, so that many
    /// watches do not end at once. The client gives up <see cref="KubernetesClientOptions.WatchGrace"/> after that.
    /// </summary>
    public TimeSpan? Timeout { get; init; }
}
