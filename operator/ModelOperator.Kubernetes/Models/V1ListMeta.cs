using System.Text.Json.Serialization;

namespace ModelOperator.Kubernetes;

/// <summary>Metadata of a list answer.</summary>
public sealed record V1ListMeta
{
    /// <summary>Version to start a watch from.</summary>
    public string? ResourceVersion { get; set; }

    /// <summary>Token of the next page; null or empty on the last page.</summary>
    [JsonPropertyName("continue")]
    public string? ContinueProperty { get; set; }

    /// <summary>Items after this page, when the server knows.</summary>
    public long? RemainingItemCount { get; set; }
}
