namespace ModelOperator.Tests.TrainingRuns.Sweeps;

/// <summary>What becomes of a trial's run.</summary>
/// <param name="Value">Its objective as text; null: it fails.</param>
/// <param name="Deleted">Somebody deletes it at work.</param>
/// <param name="Forever">It works until it is told to stop.</param>
/// <param name="Mute">It succeeds and reports another metric.</param>
internal sealed record TrialFate(string? Value, bool Deleted = false, bool Forever = false, bool Mute = false);
