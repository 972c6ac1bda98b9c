namespace ModelOperator.CanaryDeployments;

/// <summary>Limits of A/B tests, and what an absent field means.</summary>
public static class AbTestDefaults
{
    /// <summary>Most arms, the control included.</summary>
    public const int MostArms = 4;

    /// <summary>Most metrics.</summary>
    public const int MostMetrics = 4;

    /// <summary>Longest duration: 90 days.</summary>
    public const int LongestSeconds = 7_776_000;

    /// <summary>Traffic, then a measurement that lasts for the whole duration: the steps that an A/B test stands for.</summary>
    public static IReadOnlyList<CanaryStep> Steps(AbTest test) =>
        [new() { SetWeight = test.Arms.Skip(1).Sum(arm => arm.Weight) }, new() { Pause = new() { DurationSeconds = test.MaxDurationSeconds } }];

    /// <summary>Names of the events that are counted.</summary>
    public static IEnumerable<string> Events(AbTest test) => test.Metrics.Select(metric => metric.Event).Distinct(StringComparer.Ordinal);
}
