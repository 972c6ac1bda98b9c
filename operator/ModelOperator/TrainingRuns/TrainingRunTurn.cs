namespace ModelOperator.TrainingRuns;

/// <summary>Whether a run may begin an attempt under its namespace's limit of concurrent runs.</summary>
/// <param name="Granted">It may.</param>
/// <param name="Place">Place in line, from 1.</param>
/// <param name="Limit">The namespace's limit; null when its text is no number.</param>
/// <param name="Text">The limit as the namespace has it.</param>
public sealed record TrainingRunTurn(bool Granted, int Place, int? Limit, string Text);
