namespace ModelOperator.Artifacts;

/// <summary>The checkpoint that an attempt goes on from, or the one that a trainer says it left.</summary>
public sealed record FetchedCheckpoint
{
    /// <summary>Longest name that is believed.</summary>
    public const int LongestName = 253;

    /// <summary>Name of its folder in the checkpoint folder; "." for the checkpoint folder itself.</summary>
    public required string Name { get; init; }

    /// <summary>Step that it was taken after, where the trainer says so.</summary>
    public long? Step { get; init; }

    /// <summary>When it was completed.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>True for a name that can be a folder's.</summary>
    public static bool IsName(string name) =>
        name is { Length: > 0 and <= LongestName } and not ".." && !name.Contains('/', StringComparison.Ordinal) && !name.Any(char.IsControl);
}
