namespace ModelOperator.Artifacts;

/// <summary>What a collection does with a blob, and why.</summary>
public enum CollectionVerdict
{
    /// <summary>An object names it, or an artifact that it belongs to: kept, and its grace begins anew.</summary>
    Named,

    /// <summary>It was used within the grace period: kept.</summary>
    Used,

    /// <summary>It belongs to an artifact that was used within the grace period: kept.</summary>
    OfUsed,

    /// <summary>Nothing names it, and nobody used it for the whole grace period.</summary>
    Garbage,
}
