namespace ModelOperator.Artifacts;

/// <summary>A transfer failed for good or after all retries.</summary>
/// <param name="kind">What kind of failure it is.</param>
/// <param name="reason">One word for the termination message.</param>
/// <param name="message">What happened and what to do.</param>
/// <param name="inner">The cause, where there is one.</param>
public sealed class TransferException(TransferFailure kind, string reason, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What kind of failure it is.</summary>
    public TransferFailure Kind { get; } = kind;

    /// <summary>One word for the termination message.</summary>
    public string Reason { get; } = reason;
}
