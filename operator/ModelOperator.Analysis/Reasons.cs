namespace ModelOperator.Analysis;

/// <summary>Machine-readable reasons of decisions; stable, CamelCase, used in conditions, events and metric labels.</summary>
public static class Reasons
{
    /// <summary>The value lies within the threshold range.</summary>
    public const string WithinRange = nameof(WithinRange);

    /// <summary>The value is greater than the range's maximum.</summary>
    public const string AboveMaximum = nameof(AboveMaximum);

    /// <summary>The value is smaller than the range's minimum.</summary>
    public const string BelowMinimum = nameof(BelowMinimum);

    /// <summary>The range has neither minimum nor maximum, or its minimum is above its maximum.</summary>
    public const string InvalidRange = nameof(InvalidRange);

    /// <summary>The canary is within tolerance of the stable version.</summary>
    public const string WithinTolerance = nameof(WithinTolerance);

    /// <summary>The canary is worse than the stable version by more than the tolerance.</summary>
    public const string WorseThanStable = nameof(WorseThanStable);

    /// <summary>The sequential test rejected "no worse than stable" at its alpha.</summary>
    public const string HarmDetected = nameof(HarmDetected);

    /// <summary>Enough samples in both arms and no evidence of harm.</summary>
    public const string NoEvidenceOfHarm = nameof(NoEvidenceOfHarm);

    /// <summary>One of the arms has fewer samples than asked for.</summary>
    public const string MinSamplesNotReached = nameof(MinSamplesNotReached);

    /// <summary>Enough samples, but the evidence leans towards harm without deciding; more samples are waited for.</summary>
    public const string EvidenceLeansToHarm = nameof(EvidenceLeansToHarm);

    /// <summary>The comparison's own parameters are out of range.</summary>
    public const string InvalidComparison = nameof(InvalidComparison);

    /// <summary>Negative counts, or more events than samples: the two queries do not count the same thing.</summary>
    public const string InconsistentCounts = nameof(InconsistentCounts);

    /// <summary>The query answered NaN (no traffic in the window, usually).</summary>
    public const string NotANumber = nameof(NotANumber);

    /// <summary>The query answered +Inf.</summary>
    public const string PositiveInfinity = nameof(PositiveInfinity);

    /// <summary>The query answered -Inf.</summary>
    public const string NegativeInfinity = nameof(NegativeInfinity);

    /// <summary>The query answered no series at all.</summary>
    public const string EmptyResult = nameof(EmptyResult);

    /// <summary>The query answered more than one series or point where one number is needed.</summary>
    public const string SeveralSeries = nameof(SeveralSeries);

    /// <summary>The answer could not be read as a number.</summary>
    public const string UnparsableResult = nameof(UnparsableResult);

    /// <summary>The provider refused the query or could not be reached.</summary>
    public const string QueryFailed = nameof(QueryFailed);

    /// <summary>No measurement has been taken yet.</summary>
    public const string NotMeasuredYet = nameof(NotMeasuredYet);

    /// <summary>Measurements go on; no limit has been reached.</summary>
    public const string Measuring = nameof(Measuring);

    /// <summary>More measurements failed than failureLimit allows.</summary>
    public const string FailureLimitExceeded = nameof(FailureLimitExceeded);

    /// <summary>More measurements were inconclusive than inconclusiveLimit allows.</summary>
    public const string InconclusiveLimitExceeded = nameof(InconclusiveLimitExceeded);

    /// <summary>More measurements in a row were errors than consecutiveErrorLimit allows.</summary>
    public const string ConsecutiveErrorLimitExceeded = nameof(ConsecutiveErrorLimitExceeded);

    /// <summary>More measurements in a row had no data than noDataLimit allows.</summary>
    public const string NoDataLimitExceeded = nameof(NoDataLimitExceeded);

    /// <summary>As many successes in a row as consecutiveSuccessLimit asks for.</summary>
    public const string ConsecutiveSuccessLimitReached = nameof(ConsecutiveSuccessLimitReached);

    /// <summary>All measurements asked for were taken, within every limit.</summary>
    public const string CountReached = nameof(CountReached);

    /// <summary>All measurements asked for were taken, and they do not make a success.</summary>
    public const string CountReachedWithoutSuccess = nameof(CountReachedWithoutSuccess);

    /// <summary>The comparison concluded by itself.</summary>
    public const string ComparisonConcluded = nameof(ComparisonConcluded);

    /// <summary>The longest time allowed passed before a decision.</summary>
    public const string MaxDurationReached = nameof(MaxDurationReached);

    /// <summary>The analysis names no metric.</summary>
    public const string NoMetrics = nameof(NoMetrics);

    /// <summary>Every metric is a dry run: nothing was judged.</summary>
    public const string DryRunOnly = nameof(DryRunOnly);

    /// <summary>Every metric that counts succeeded.</summary>
    public const string AllMetricsSuccessful = nameof(AllMetricsSuccessful);

    /// <summary>successCondition holds.</summary>
    public const string SuccessConditionMet = nameof(SuccessConditionMet);

    /// <summary>successCondition, the only condition, does not hold.</summary>
    public const string SuccessConditionNotMet = nameof(SuccessConditionNotMet);

    /// <summary>failureCondition holds.</summary>
    public const string FailureConditionMet = nameof(FailureConditionMet);

    /// <summary>failureCondition, the only condition, does not hold.</summary>
    public const string FailureConditionNotMet = nameof(FailureConditionNotMet);

    /// <summary>Of two conditions neither holds.</summary>
    public const string NeitherConditionMet = nameof(NeitherConditionMet);

    /// <summary>A condition asks for a value that the answer does not have.</summary>
    public const string IndexOutOfRange = nameof(IndexOutOfRange);

    /// <summary>A condition cannot be read; the message names the column.</summary>
    public const string InvalidCondition = nameof(InvalidCondition);

    /// <summary>The answer is no histogram, or the histograms of the two versions have different buckets.</summary>
    public const string InvalidHistogram = nameof(InvalidHistogram);

    /// <summary>A value lies outside the range that was declared for it.</summary>
    public const string OutsideRange = nameof(OutsideRange);

    /// <summary>The canary's predictions are distributed otherwise than the stable version's.</summary>
    public const string PredictionsDrifted = nameof(PredictionsDrifted);

    /// <summary>The Job of a look succeeded.</summary>
    public const string JobSucceeded = nameof(JobSucceeded);

    /// <summary>The Job of a look failed.</summary>
    public const string JobFailed = nameof(JobFailed);

    /// <summary>The Job of a look did not end in time: nobody knows what it would have said.</summary>
    public const string JobDeadlineExceeded = nameof(JobDeadlineExceeded);

    /// <summary>The same finding about the stable version's value instead of the canary's: <c>Baseline</c> + reason.</summary>
    public static string OfBaseline(string reason) => "Baseline" + reason;
}
