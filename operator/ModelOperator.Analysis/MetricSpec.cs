namespace ModelOperator.Analysis;

/// <summary>
/// How often a metric is measured and how many looks of each kind it bears. Limits are exceeded by <c>&gt;</c>, as in Argo Rollouts:
/// failureLimit 0 means that the first failure ends the metric.
/// </summary>
public sealed record MetricSpec
{
    /// <summary>Time from the end of one measurement to the start of the next.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Time from the start of the analysis to the first measurement.</summary>
    public TimeSpan InitialDelay { get; init; }

    /// <summary>Successful, failed and inconclusive measurements to take; 0 = until decided.</summary>
    public int Count { get; init; }

    /// <summary>Failed measurements borne; -1 = any number.</summary>
    public int FailureLimit { get; init; }

    /// <summary>Inconclusive measurements borne; -1 = any number.</summary>
    public int InconclusiveLimit { get; init; }

    /// <summary>Errors in a row borne; -1 = any number.</summary>
    public int ConsecutiveErrorLimit { get; init; } = 4;

    /// <summary>Time from the start of the analysis after which an undecided metric is Inconclusive; null = no end of its own.</summary>
    public TimeSpan? MaxDuration { get; init; }

    /// <summary>Looks without data in a row borne; -1 = any number.</summary>
    public int NoDataLimit { get; init; } = 4;

    /// <summary>Successes in a row that end the metric as Successful; 0 = off.</summary>
    public int ConsecutiveSuccessLimit { get; init; }

    /// <summary>
    /// True when one successful measurement is the whole answer: a sequential test that has its own minimum of samples. False where a look is one
    /// of several (thresholds), and in background analysis, which watches to the end.
    /// </summary>
    public bool ConcludesOnSuccess { get; init; }

    /// <summary>What looks without data mean.</summary>
    public NoDataPolicy NoDataPolicy { get; init; }

    /// <summary>Problems with this spec, one sentence each, naming the field; empty when it is sound.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> problems = [];
        if (Interval <= TimeSpan.Zero)
            problems.Add("interval: must be positive.");
        if (InitialDelay < TimeSpan.Zero)
            problems.Add("initialDelay: must not be negative.");
        if (MaxDuration <= InitialDelay)
            problems.Add("maxDuration: must be longer than initialDelay; there would be no measurement.");
        if (Count < 0 || ConsecutiveSuccessLimit < 0)
            problems.Add("count, consecutiveSuccessLimit: must not be negative.");
        if (Math.Min(Math.Min(FailureLimit, InconclusiveLimit), Math.Min(ConsecutiveErrorLimit, NoDataLimit)) < -1)
            problems.Add("limits: must be -1 (off) or more.");
        if (Count > 0 && Count < Math.Max(FailureLimit, 0) + ConsecutiveSuccessLimit)
            problems.Add("count: must be at least failureLimit + consecutiveSuccessLimit.");
        if (Count > 0 && Count < InconclusiveLimit)
            problems.Add("count: must be at least inconclusiveLimit.");
        if (FailureLimit < 0 && Count == 0 && ConsecutiveSuccessLimit == 0 && !ConcludesOnSuccess)
            problems.Add("failureLimit: -1 (off) needs a count or a consecutiveSuccessLimit; the metric would never end.");
        return problems;
    }
}
