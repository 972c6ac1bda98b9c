using ModelOperator.Artifacts;

namespace ModelOperator.TrainingRuns;

/// <summary>How an attempt ended.</summary>
/// <param name="Kind">What it means for the run.</param>
/// <param name="Reason">One word.</param>
/// <param name="Message">What happened and what to do.</param>
/// <param name="ExitCode">Exit code of the trainer, where it ended.</param>
/// <param name="Report">What the publisher reported.</param>
public sealed record AttemptEnd(AttemptEndKind Kind, string Reason, string Message, int? ExitCode = null, PublishReport? Report = null);
