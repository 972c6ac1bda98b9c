namespace ModelOperator.Analysis;

/// <summary>One cumulative bucket of a classic Prometheus histogram.</summary>
/// <param name="UpperBound">Inclusive upper bound, label <c>le</c>; +Inf for the last.</param>
/// <param name="Count">Observations at or below the bound, those of smaller buckets included; <c>increase()</c> extrapolates, so it need not be whole.</param>
public readonly record struct HistogramBucket(double UpperBound, double Count);
