namespace ModelOperator.TrainingRuns;

/// <summary>Answer of the admission.</summary>
/// <param name="Denial">Why the write is refused, or null when it is allowed.</param>
/// <param name="Warnings">What the user should know all the same.</param>
public sealed record TrainingRunVerdict(string? Denial, IReadOnlyList<string> Warnings)
{
    /// <summary>Allowed without a word.</summary>
    public static TrainingRunVerdict Allowed { get; } = new(null, []);

    /// <summary>True when the write goes through.</summary>
    public bool IsAllowed => Denial is null;
}
