namespace ModelOperator.TrainingRuns.Sweeps;

/// <summary>One combination.</summary>
/// <param name="Choice">The alternative, or null when the sweep has none.</param>
/// <param name="Values">Values of the searched parameters, in the spec's order.</param>
public sealed record SweepPoint(SweepChoice? Choice, IReadOnlyList<KeyValuePair<string, string>> Values)
{
    /// <summary>Equal for equal combinations only.</summary>
    public string Key => string.Join('\u0001', Values.Select(static v => v.Value).Prepend(Choice?.Name ?? ""));
}
