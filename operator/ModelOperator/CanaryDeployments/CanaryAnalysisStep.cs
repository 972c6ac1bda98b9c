using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.CanaryDeployments;

/// <summary>A wait for verdicts.</summary>
public sealed record CanaryAnalysisStep
{
    [Description("Seconds after which a missing verdict counts as inconclusive.")]
    [Range(1, 2592000)]
    [DefaultValue(3600)]
    public int MaxDurationSeconds { get; set; } = 3600;
}
