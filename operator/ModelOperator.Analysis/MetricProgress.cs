using System.Globalization;

namespace ModelOperator.Analysis;

/// <summary>Moves a metric from look to look. Pure: state and measurement in, state out.</summary>
public static class MetricProgress
{
    /// <summary>After an error the next look comes at the latest after this time, whatever the interval.</summary>
    public static readonly TimeSpan ErrorRetry = TimeSpan.FromSeconds(10);

    /// <summary>A metric before its first look.</summary>
    public static MetricState Start(DateTimeOffset now) => new(now);

    /// <summary>When the next look is due, or null when the metric has concluded.</summary>
    public static DateTimeOffset? NextAt(MetricState state, MetricSpec spec)
    {
        if (state.Verdict.IsConcluded())
            return null;
        if (state.Last is not { } last)
            return state.StartedAt + spec.InitialDelay;
        var wait = last.Verdict == Verdict.Error && ErrorRetry < spec.Interval ? ErrorRetry : spec.Interval;
        return last.At + wait;
    }

    /// <summary>True when a look is due at <paramref name="now"/>.</summary>
    public static bool IsDue(MetricState state, MetricSpec spec, DateTimeOffset now) => NextAt(state, spec) is { } at && at <= now;

    /// <summary>
    /// Takes one measurement into account. A concluded metric stays as it is; a measurement not later than the last one was already taken and changes
    /// nothing. Rules, the first that holds decides, worst first: failureLimit exceeded, consecutiveErrorLimit exceeded, inconclusiveLimit exceeded,
    /// noDataLimit exceeded, comparison concluded, consecutiveSuccessLimit reached, count reached, maxDuration over, else Running.
    /// </summary>
    public static MetricState Step(MetricState state, MetricSpec spec, Measurement measurement)
    {
        if (state.Verdict.IsConcluded() || state.Last is { } last && measurement.At <= last.At)
            return state;
        var counted = Counted(state, Effective(measurement.Verdict, spec.NoDataPolicy));
        var kept = counted.Measurements.Add(measurement);
        if (kept.Length > MetricState.MaxMeasurements)
            kept = kept.RemoveRange(0, kept.Length - MetricState.MaxMeasurements);
        var next = Conclude(counted with { Measurements = kept }, spec, measurement);
        return measurement.At - state.StartedAt >= spec.MaxDuration ? Expire(next) : next;
    }

    /// <summary>Ends an undecided metric as Inconclusive because its time is up; a concluded one stays as it is.</summary>
    public static MetricState Expire(MetricState state) => state.Verdict.IsConcluded()
        ? state
        : state with
        {
            Verdict = Verdict.Inconclusive,
            Reason = Reasons.MaxDurationReached,
            Message = $"Not decided in the time allowed; last: {state.Last?.Message ?? "no measurement was taken."}",
        };

    private static Verdict Effective(Verdict verdict, NoDataPolicy policy) => (verdict, policy) switch
    {
        (Verdict.NoData, NoDataPolicy.Fail) => Verdict.Failed,
        (Verdict.NoData, NoDataPolicy.Pass) => Verdict.Successful,
        (Verdict.Pending, _) => Verdict.Running,
        _ => verdict,
    };

    private static MetricState Counted(MetricState state, Verdict verdict)
    {
        var judged = verdict is Verdict.Successful or Verdict.Failed or Verdict.Inconclusive;
        return state with
        {
            Count = state.Count + (judged ? 1 : 0),
            Successful = state.Successful + (verdict == Verdict.Successful ? 1 : 0),
            Failed = state.Failed + (verdict == Verdict.Failed ? 1 : 0),
            Inconclusive = state.Inconclusive + (verdict == Verdict.Inconclusive ? 1 : 0),
            Errors = state.Errors + (verdict == Verdict.Error ? 1 : 0),
            NoData = state.NoData + (verdict == Verdict.NoData ? 1 : 0),
            ConsecutiveSuccesses = verdict == Verdict.Successful ? state.ConsecutiveSuccesses + 1 : 0,
            ConsecutiveErrors = verdict == Verdict.Error ? state.ConsecutiveErrors + 1 : 0,
            ConsecutiveNoData = verdict switch
            {
                Verdict.NoData => state.ConsecutiveNoData + 1,
                Verdict.Error => state.ConsecutiveNoData,
                _ => 0,
            },
        };
    }

    private static MetricState Conclude(MetricState state, MetricSpec spec, Measurement measurement)
    {
        var (verdict, reason, detail) = Rule(state, spec);
        return state with { Verdict = verdict, Reason = reason, Message = detail.Length == 0 ? measurement.Message : $"{detail}: {measurement.Message}" };
    }

    private static (Verdict Verdict, string Reason, string Detail) Rule(MetricState state, MetricSpec spec)
    {
        if (Exceeds(state.Failed, spec.FailureLimit))
            return (Verdict.Failed, Reasons.FailureLimitExceeded, Limit("failed", state.Failed, spec.FailureLimit));
        if (Exceeds(state.ConsecutiveErrors, spec.ConsecutiveErrorLimit))
            return (Verdict.Error, Reasons.ConsecutiveErrorLimitExceeded, Limit("errors in a row", state.ConsecutiveErrors, spec.ConsecutiveErrorLimit));
        if (Exceeds(state.Inconclusive, spec.InconclusiveLimit))
            return (Verdict.Inconclusive, Reasons.InconclusiveLimitExceeded, Limit("inconclusive", state.Inconclusive, spec.InconclusiveLimit));
        if (Exceeds(state.ConsecutiveNoData, spec.NoDataLimit))
            return (Verdict.NoData, Reasons.NoDataLimitExceeded, Limit("looks without data in a row", state.ConsecutiveNoData, spec.NoDataLimit));
        if (spec.ConcludesOnSuccess && state.ConsecutiveSuccesses > 0)
            return (Verdict.Successful, Reasons.ComparisonConcluded, "");
        if (spec.ConsecutiveSuccessLimit > 0 && state.ConsecutiveSuccesses >= spec.ConsecutiveSuccessLimit)
            return (Verdict.Successful, Reasons.ConsecutiveSuccessLimitReached, "");
        if (spec.Count > 0 && state.Count >= spec.Count)
            return state.Successful > 0 && spec.ConsecutiveSuccessLimit == 0
                ? (Verdict.Successful, Reasons.CountReached, "")
                : (Verdict.Inconclusive, Reasons.CountReachedWithoutSuccess, "");
        return (Verdict.Running, Reasons.Measuring, "");
    }

    /// <summary>A concluded metric that is watched on: its counters stay, so that a limit that was exceeded stays exceeded, and harm may still be found.</summary>
    public static MetricState Reopen(MetricState state) => state with { Verdict = Verdict.Running };

    private static bool Exceeds(int value, int limit) => limit >= 0 && value > limit;

    private static string Limit(string what, int value, int limit) =>
        string.Create(CultureInfo.InvariantCulture, $"{value} {what}, limit {limit}");
}
