using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.CanaryDeployments;

/// <summary>What a header must hold: exactly one member is set.</summary>
public sealed record CanaryHeaderValue
{
    [Description("The whole value.")]
    [RegularExpression(CanaryRoutes.HeaderText)]
    [StringLength(128, MinimumLength = 1)]
    public string? Exact { get; init; }

    [Description("The beginning of the value.")]
    [RegularExpression(CanaryRoutes.HeaderText)]
    [StringLength(128, MinimumLength = 1)]
    public string? Prefix { get; init; }
}
