namespace ModelOperator.CanaryDeployments;

/// <summary>The stretch of time whose predictions one look looks at: with late labels it ends that long ago, for both versions.</summary>
/// <param name="End">Its end.</param>
/// <param name="Length">Its length, at least five seconds.</param>
public readonly record struct CanaryWindow(DateTimeOffset End, TimeSpan Length)
{
    /// <summary>Seconds of the shortest window.</summary>
    public const int Least = 5;

    /// <summary>Whether it is over for good: the numbers of a version that has no traffic any more.</summary>
    public bool IsPast { get; init; }

    /// <summary>Its beginning.</summary>
    public DateTimeOffset Start => End - Length;

    /// <summary>The window of a look.</summary>
    /// <param name="metric">Metric.</param>
    /// <param name="began">When the segment began.</param>
    /// <param name="now">When the look is taken.</param>
    public static CanaryWindow Of(CanaryMetric metric, DateTimeOffset began, DateTimeOffset now)
    {
        var end = now - TimeSpan.FromSeconds(metric.LabelDelaySeconds ?? 0);
        return new(end, CanaryQueries.Window(metric, end - began));
    }

    /// <summary>Number of a look within its segment, from 1: at most one look per interval, so the interval's number is the look's, and a restart does not begin to count anew.</summary>
    public static long Number(CanaryDeploymentSpec spec, CanaryMetric metric, DateTimeOffset began, DateTimeOffset now) =>
        Math.Max(1, 1 + (long)((now - began) / CanaryDefaults.Interval(spec, metric)));
}
