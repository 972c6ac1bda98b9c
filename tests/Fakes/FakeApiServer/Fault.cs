namespace ModelOperator.Fakes;

/// <summary>A scripted fault: which requests, how often, what happens.</summary>
/// <param name="Matches">Which requests it hits.</param>
/// <param name="Kind">What happens.</param>
public sealed record Fault(Func<FakeRequest, bool> Matches, FaultKind Kind)
{
    private int _hits;

    /// <summary>How many requests it hits; null for all.</summary>
    public int? Times { get; init; }

    /// <summary>Code of <see cref="FaultKind.Status"/>.</summary>
    public int Code { get; init; } = 500;

    /// <summary>Reason in the Status body; plain text body when null.</summary>
    public string? Reason { get; init; }

    /// <summary>Seconds of a Retry-After header.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>Delay of the watch faults.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Requests hit so far.</summary>
    public int Hits => Volatile.Read(ref _hits);

    internal bool TryHit(FakeRequest request)
    {
        if (!Matches(request))
            return false;
        var hit = Interlocked.Increment(ref _hits);
        if (Times is not { } times || hit <= times)
            return true;
        Interlocked.Decrement(ref _hits);
        return false;
    }
}
