namespace ModelOperator.Artifacts;

/// <summary>result.json of a trainer, checked.</summary>
/// <param name="ModelPath">Model below the output folder; null when the trainer stored it itself.</param>
/// <param name="ModelUri">Model in the artifact store, stored by the trainer itself.</param>
/// <param name="ModelDigest">Digest that the trainer claims.</param>
/// <param name="Format">Format that the trainer names.</param>
/// <param name="Metrics">Finite metrics in the trainer's order; at least one.</param>
/// <param name="Samples">Training samples.</param>
/// <param name="Device">cpu or cuda.</param>
/// <param name="Usage">What the trainer says it used.</param>
public sealed record TrainerResult(
    string? ModelPath,
    Sha256Digest? ModelUri,
    Sha256Digest? ModelDigest,
    string? Format,
    IReadOnlyList<KeyValuePair<string, double>> Metrics,
    long? Samples,
    string? Device,
    TrainerUsage? Usage);
