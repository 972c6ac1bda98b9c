using ModelOperator.Analysis;

namespace ModelOperator.Metrics;

/// <summary>A request whose JSON answer holds a number.</summary>
/// <param name="Address">The whole URL.</param>
/// <param name="Path">Where the number is.</param>
public sealed record WebQuery(string Address, JsonPath Path) : MetricQuery(Address)
{
    /// <summary>JSON to post; null for a GET.</summary>
    public string? Body { get; init; }

    /// <summary>True for a POST.</summary>
    public bool IsPost { get; init; }
}
