namespace ModelOperator.Kubernetes.Runtime;

/// <summary>What follows a reconcile. A failure is not a result but an exception: it is retried with back-off for ever.</summary>
public readonly record struct ReconciliationResult
{
    private ReconciliationResult(ReconciliationOutcome outcome, TimeSpan? delay, string? reason) =>
        (Outcome, Delay, Reason) = (outcome, delay, reason);

    /// <summary>The kind of result.</summary>
    public ReconciliationOutcome Outcome { get; }

    /// <summary>Time until the next look; only with <see cref="ReconciliationOutcome.RequeueAfter"/>.</summary>
    public TimeSpan? Delay { get; }

    /// <summary>Why nothing more will be tried; only with <see cref="ReconciliationOutcome.Terminal"/>.</summary>
    public string? Reason { get; }

    /// <summary>Nothing to do until something changes.</summary>
    public static ReconciliationResult Done { get; } = new(ReconciliationOutcome.Done, null, null);

    /// <summary>Look again after <paramref name="delay"/> at the latest; a nearer time or an event comes first.</summary>
    /// <param name="delay">Time to wait; negative counts as zero.</param>
    public static ReconciliationResult RequeueAfter(TimeSpan delay) =>
        new(ReconciliationOutcome.RequeueAfter, delay < TimeSpan.Zero ? TimeSpan.Zero : delay, null);

    /// <summary>No further try until the object's generation, annotations, labels or deletion mark change. Events of children do not wake it.</summary>
    /// <param name="reason">Named reason, for the log.</param>
    public static ReconciliationResult Terminal(string reason) => new(ReconciliationOutcome.Terminal, null, reason);

    /// <summary><see cref="RequeueAfter"/> when a time is given, else <see cref="Done"/>.</summary>
    /// <param name="delay">Time to wait, or null.</param>
    public static ReconciliationResult After(TimeSpan? delay) => delay is { } wait ? RequeueAfter(wait) : Done;
}
