namespace ModelOperator.Artifacts;

/// <summary>Termination message of <c>modeloperator fetch</c> when it succeeded.</summary>
public sealed record FetchReport
{
    /// <summary>What was fetched, in the order of the plan.</summary>
    public required IReadOnlyList<FetchedItem> Datasets { get; init; }

    /// <summary>The same in short, where <see cref="Datasets"/> would be too long; see <see cref="CompactFetch"/>.</summary>
    public string? Compact { get; init; }

    /// <summary>The checkpoint to go on from; null when none was looked for or found.</summary>
    public FetchedCheckpoint? Checkpoint { get; init; }

    /// <summary>True when items had to be left out to fit the termination message.</summary>
    public bool? Truncated { get; init; }
}
