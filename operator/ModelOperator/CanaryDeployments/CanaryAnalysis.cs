using System.ComponentModel.DataAnnotations;
using System.ComponentModel;
using ModelOperator.Api;

namespace ModelOperator.CanaryDeployments;

/// <summary>How a new version is judged, from the first request it gets until it is promoted.</summary>
public sealed record CanaryAnalysis
{
    [Description("Seconds between measurements.")]
    [Range(1, 86400)]
    [DefaultValue(60)]
    public int IntervalSeconds { get; set; } = 60;

    [Description("Prometheus that answers the queries; the operator's own setting when absent.")]
    [RegularExpression("^https?://.+")]
    [StringLength(2048)]
    public string? PrometheusAddress { get; init; }

    [Description("How Prometheus is reached: headers, certificates, timeout.")]
    public PrometheusProvider? Prometheus { get; init; }

    [Description("Metrics, judged one by one; the worst verdict decides.")]
    [MaxItems(32)]
    public IReadOnlyList<CanaryMetric>? Metrics { get; init; }
}
