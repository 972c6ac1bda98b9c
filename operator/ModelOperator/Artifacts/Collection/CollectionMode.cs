namespace ModelOperator.Artifacts;

/// <summary>What becomes of garbage.</summary>
public enum CollectionMode
{
    /// <summary>It is counted and named, and stays.</summary>
    Report,

    /// <summary>It is deleted.</summary>
    Delete,
}
