using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.CanaryDeployments;

/// <summary>A request header and what it must hold.</summary>
public sealed record CanaryHeaderMatch
{
    [Description("Name of the request header.")]
    [RegularExpression(CanaryRoutes.HeaderName)]
    [StringLength(64)]
    public required string HeaderName { get; init; }

    [Description("What the header must hold.")]
    public required CanaryHeaderValue HeaderValue { get; init; }
}
