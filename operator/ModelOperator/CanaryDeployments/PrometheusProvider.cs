using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.CanaryDeployments;

/// <summary>A Prometheus, or what speaks its API (Thanos, Mimir, VictoriaMetrics).</summary>
public sealed record PrometheusProvider : HttpProvider
{
    [Description("Address; spec.analysis.prometheusAddress, or the operator's own setting, when absent.")]
    [RegularExpression("^https?://.+")]
    [StringLength(2048)]
    public string? Address { get; init; }
}
