namespace ModelOperator.Metrics;

/// <summary>PromQL, evaluated at one instant, or over a range.</summary>
/// <param name="Address">Address of Prometheus.</param>
/// <param name="Query">PromQL.</param>
public sealed record PrometheusQuery(string Address, string Query) : MetricQuery(Address)
{
    /// <summary>When to evaluate; Prometheus' own now when null. The end of a range.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Length of the range that is asked for; null for one instant. Needs <see cref="At"/> and <see cref="Step"/>.</summary>
    public TimeSpan? Range { get; init; }

    /// <summary>Time between two points of a range.</summary>
    public TimeSpan Step { get; init; }
}
