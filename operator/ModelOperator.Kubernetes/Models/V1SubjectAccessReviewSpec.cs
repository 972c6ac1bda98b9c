using System.Text.Json;

namespace ModelOperator.Kubernetes;

/// <summary>The question of an access review.</summary>
public sealed record V1SubjectAccessReviewSpec : KubernetesValue
{
    /// <summary>User name.</summary>
    public string? User { get; set; }

    /// <summary>Groups of the user.</summary>
    public List<string>? Groups { get; set; }

    /// <summary>Identity of the user.</summary>
    public string? Uid { get; set; }

    /// <summary>Further facts of the user.</summary>
    public Dictionary<string, List<string>>? Extra { get; set; }

    /// <summary>Access to a resource.</summary>
    public V1ResourceAttributes? ResourceAttributes { get; set; }

    /// <summary>Access to a path, passed through.</summary>
    public JsonElement? NonResourceAttributes { get; set; }
}
