namespace ModelOperator.Analysis;

/// <summary>
/// Why one measurement came out as it did: small enough for a status, complete enough to be argued with. Numbers are canonical decimal texts
/// (<see cref="CanonicalNumber"/>) or whole counts, never floats.
/// </summary>
/// <param name="Verdict">The outcome.</param>
/// <param name="Reason">One of <see cref="Reasons"/>.</param>
/// <param name="Message">One sentence for people.</param>
public sealed record DecisionRecord(Verdict Verdict, string Reason, string Message)
{
    /// <summary>The canary's value (an event rate for the sequential test); null when there was none.</summary>
    public string? Value { get; init; }

    /// <summary>The stable version's value; null when the measurement has no baseline.</summary>
    public string? Baseline { get; init; }

    /// <summary>The limit that the value was held against; for the sequential test the evidence needed, 1/alpha.</summary>
    public string? Bound { get; init; }

    /// <summary>Evidence against "no worse than stable": an e-value, where 1 is none and 1/alpha decides. Null for other tests.</summary>
    public string? Evidence { get; init; }

    /// <summary>
    /// p-value of a test with a fixed number of samples, for people who want to compare. It decides only where the message says so: looked at again
    /// and again it is too small.
    /// </summary>
    public string? PValue { get; init; }

    /// <summary>Interval for the difference canary minus stable, as <c>[low, high]</c>, at 95 % and for one look; null where the test has none.</summary>
    public string? Interval { get; init; }

    /// <summary>Samples (requests, or labelled predictions) of the canary.</summary>
    public long? CanarySamples { get; init; }

    /// <summary>Samples of the stable version.</summary>
    public long? StableSamples { get; init; }

    /// <summary>Counted events (errors) of the canary.</summary>
    public long? CanaryEvents { get; init; }

    /// <summary>Counted events (errors) of the stable version.</summary>
    public long? StableEvents { get; init; }

    /// <summary>The record of an answer that is no number: its own verdict and reason, never a pass.</summary>
    /// <param name="sample">The answer.</param>
    /// <param name="subject">What it should have been, the beginning of the message.</param>
    /// <param name="baseline">True when it is the stable version's.</param>
    /// <exception cref="ArgumentException">The sample is a number.</exception>
    public static DecisionRecord Unusable(Sample sample, string subject, bool baseline)
    {
        var (verdict, reason) = sample.Unusable() ?? throw new ArgumentException("the sample is a number", nameof(sample));
        return new(verdict, baseline ? Reasons.OfBaseline(reason) : reason, $"{subject}: {sample.Detail}.");
    }
}
