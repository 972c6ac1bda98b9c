using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.CanaryDeployments;

/// <summary>Copies of the stable version's requests for the canary; their answers are thrown away.</summary>
public sealed record CanaryMirrorRoute
{
    [Description("Percent of the stable version's requests that are copied to the new version, until a later step says otherwise; 0 ends it.")]
    [Range(0, 100)]
    public required int Percentage { get; init; }
}
