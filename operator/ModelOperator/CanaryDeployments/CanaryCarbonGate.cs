using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.CanaryDeployments;

/// <summary>Lets steps up wait for a cleaner grid; it never rolls back and never holds a rollback.</summary>
public sealed record CanaryCarbonGate
{
    [Description("Grams of CO2 equivalent per kWh above which a step up waits.")]
    [Range(0, 5000)]
    public required int MaxIntensity { get; init; }

    [Description("Longest wait of each step up in seconds; then it is done all the same.")]
    [Range(1, 604800)]
    [DefaultValue(14400)]
    public int MaxDelaySeconds { get; set; } = 14400;

    [Description("Grid zone of the cluster (FRA, gcp/europe-west4 ...). The operator's default when absent.")]
    [StringLength(64)]
    public string? Zone { get; init; }
}
