namespace ModelOperator.Artifacts;

/// <summary>Termination message of a trainer that yielded, where it says which checkpoint it left.</summary>
public sealed record CheckpointMessage
{
    /// <summary>The checkpoint.</summary>
    public FetchedCheckpoint? Checkpoint { get; init; }

    /// <summary>For people.</summary>
    public string? Message { get; init; }
}
