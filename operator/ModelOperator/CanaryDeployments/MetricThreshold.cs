using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.CanaryDeployments;

/// <summary>Allowed range, both ends inclusive, as decimal strings.</summary>
public sealed record MetricThreshold
{
    [Description("Smallest allowed value.")]
    [RegularExpression("^-?[0-9]+(\\.[0-9]+)?$")]
    [StringLength(32)]
    public string? Min { get; init; }

    [Description("Largest allowed value.")]
    [RegularExpression("^-?[0-9]+(\\.[0-9]+)?$")]
    [StringLength(32)]
    public string? Max { get; init; }
}
