namespace ModelOperator.TrainingRuns;

/// <summary>What was found out about one dataset.</summary>
/// <param name="Name">Name of the dataset in the run.</param>
/// <param name="State">What was found.</param>
/// <param name="Message">For people: where it was looked for and what to do.</param>
/// <param name="Digest">sha256:hex of the bytes where they are known before the run.</param>
/// <param name="SizeBytes">Size where it is known.</param>
public sealed record DatasetFinding(string Name, DatasetState State, string Message, string? Digest = null, long? SizeBytes = null);
