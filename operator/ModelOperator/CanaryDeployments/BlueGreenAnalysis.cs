using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ModelOperator.Api;

namespace ModelOperator.CanaryDeployments;

/// <summary>An analysis on one side of the switch.</summary>
public sealed record BlueGreenAnalysis
{
    [Description("Names of the metrics of spec.analysis.metrics that are judged; all of them when absent.")]
    [MaxItems(32)]
    public IReadOnlyList<string>? Metrics { get; init; }

    [Description("Seconds after which a missing verdict counts as inconclusive.")]
    [Range(1, 2592000)]
    [DefaultValue(3600)]
    public int MaxDurationSeconds { get; set; } = 3600;
}
