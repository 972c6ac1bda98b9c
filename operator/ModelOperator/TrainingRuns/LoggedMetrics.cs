namespace ModelOperator.TrainingRuns;

/// <summary>What the log of a trainer says about its metrics.</summary>
/// <param name="PodUid">Pod whose log it is.</param>
/// <param name="Metrics">Last value of each name; empty when there is none, or the log could not be read.</param>
/// <param name="Problem">Why the log could not be read; null when it was.</param>
public sealed record LoggedMetrics(string PodUid, IReadOnlyList<KeyValuePair<string, double>> Metrics, string? Problem);
