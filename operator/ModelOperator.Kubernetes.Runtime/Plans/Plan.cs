using System.Collections.Immutable;

namespace ModelOperator.Kubernetes.Runtime.Plans;

/// <summary>
/// What a decision wants done; data. Carried out in order: intents, status, events (<see cref="StatusFirst"/>: status, intents, events).
/// A failure stops the rest; the next pass decides again from what is there.
/// </summary>
/// <typeparam name="TStatus">Status of the reconciled kind.</typeparam>
/// <param name="Intents">Changes of objects, in order.</param>
/// <param name="Status">Whole next status; null leaves it alone.</param>
/// <param name="Events">Events to tell.</param>
/// <param name="RequeueAfter">When to look again at the latest.</param>
public sealed record Plan<TStatus>(
    ImmutableArray<Intent> Intents,
    TStatus? Status,
    ImmutableArray<EventNote> Events,
    TimeSpan? RequeueAfter)
    where TStatus : class
{
    /// <summary>Persist the status before the intents: for attempts and reservations that must be known before they act.</summary>
    public bool StatusFirst { get; init; }

    /// <summary>
    /// The next status where it can wait: it says only that an answer of this very process is due at once, and is not worth a write. Whoever gives
    /// that answer may know it already. <see cref="Status"/> is null then.
    /// </summary>
    public TStatus? Unwritten { get; init; }

    /// <summary>A reason for which nothing more will be tried until the object itself changes; null otherwise.</summary>
    public string? Terminal { get; init; }

    /// <summary>A plan that changes nothing but, where given, the status.</summary>
    /// <param name="status">Whole next status.</param>
    /// <param name="requeueAfter">When to look again.</param>
    public static Plan<TStatus> Steady(TStatus? status, TimeSpan? requeueAfter = null) => new([], status, [], requeueAfter);
}
