namespace ModelOperator.Kubernetes;

/// <summary>Patch formats.</summary>
public enum PatchKind
{
    /// <summary>application/json-patch+json (RFC 6902): a list of operations; "test" guards against races.</summary>
    Json,

    /// <summary>application/merge-patch+json (RFC 7396): null removes, lists are replaced.</summary>
    Merge,
}
