using System.Collections.Immutable;

namespace ModelOperator.Analysis;

/// <summary>Everything known about one metric's measurements: a few counters and the last looks, bounded, made to live in a status.</summary>
/// <param name="StartedAt">When the analysis of this metric began.</param>
public sealed record MetricState(DateTimeOffset StartedAt)
{
    /// <summary>Most measurements kept; the counters cover the rest.</summary>
    public const int MaxMeasurements = 10;

    /// <summary>The metric's verdict so far; sticky once concluded.</summary>
    public Verdict Verdict { get; init; }

    /// <summary>Reason of <see cref="Verdict"/>.</summary>
    public string Reason { get; init; } = Reasons.NotMeasuredYet;

    /// <summary>One sentence for people.</summary>
    public string Message { get; init; } = "No measurement has been taken yet.";

    /// <summary>Successful, failed and inconclusive measurements together.</summary>
    public int Count { get; init; }

    /// <summary>Successful measurements.</summary>
    public int Successful { get; init; }

    /// <summary>Failed measurements.</summary>
    public int Failed { get; init; }

    /// <summary>Inconclusive measurements.</summary>
    public int Inconclusive { get; init; }

    /// <summary>Errors, ever.</summary>
    public int Errors { get; init; }

    /// <summary>Looks without data, ever.</summary>
    public int NoData { get; init; }

    /// <summary>Successes since the last look that was none.</summary>
    public int ConsecutiveSuccesses { get; init; }

    /// <summary>Errors since the last look that was none.</summary>
    public int ConsecutiveErrors { get; init; }

    /// <summary>Looks without data since the last look with data; an error in between neither counts nor clears.</summary>
    public int ConsecutiveNoData { get; init; }

    /// <summary>The last measurements, oldest first, at most <see cref="MaxMeasurements"/>.</summary>
    public ImmutableArray<Measurement> Measurements { get; init; } = [];

    /// <summary>The latest measurement, or null.</summary>
    public Measurement? Last => Measurements.IsEmpty ? null : Measurements[^1];

    /// <summary>Compares by content, measurements included.</summary>
    public bool Equals(MetricState? other) =>
        other is not null && StartedAt == other.StartedAt && Verdict == other.Verdict && Reason == other.Reason && Message == other.Message
        && (Count, Successful, Failed, Inconclusive, Errors, NoData) == (other.Count, other.Successful, other.Failed, other.Inconclusive, other.Errors, other.NoData)
        && (ConsecutiveSuccesses, ConsecutiveErrors, ConsecutiveNoData) == (other.ConsecutiveSuccesses, other.ConsecutiveErrors, other.ConsecutiveNoData)
        && Measurements.AsSpan().SequenceEqual(other.Measurements.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(StartedAt, Verdict, Reason, Count, Errors, NoData, Measurements.Length);
}
