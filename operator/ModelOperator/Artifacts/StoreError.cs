namespace ModelOperator.Artifacts;

/// <summary>One reason for machines and one sentence for people.</summary>
public sealed record StoreError
{
    /// <summary>One word.</summary>
    public required string Reason { get; init; }

    /// <summary>A sentence.</summary>
    public required string Message { get; init; }
}
