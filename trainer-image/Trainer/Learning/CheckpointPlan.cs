namespace ModelOperator.Trainer.Learning;

/// <summary>Where and when a training saves its state, and what it goes on from.</summary>
/// <param name="Directory">Where to; null where nobody wants it.</param>
/// <param name="Interval">How often, besides every so many rounds.</param>
/// <param name="Fingerprint">Of the training, see <see cref="Checkpoint.Fingerprint"/>.</param>
/// <param name="Resume">Where an earlier attempt stopped.</param>
internal sealed record CheckpointPlan(string? Directory, TimeSpan? Interval, string Fingerprint, (Checkpoint Checkpoint, byte[] Content)? Resume);
