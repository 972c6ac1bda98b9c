namespace ModelOperator.Kubernetes;

/// <summary>Kinds of watch events.</summary>
public enum WatchEventType
{
    /// <summary>The object was created, or existed at the start of a watch without version.</summary>
    Added,

    /// <summary>The object changed.</summary>
    Modified,

    /// <summary>The object is gone, or no longer matches the selector.</summary>
    Deleted,

    /// <summary>Nothing happened up to this version.</summary>
    Bookmark,
}
