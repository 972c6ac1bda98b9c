using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ModelOperator.Api;

namespace ModelOperator.CanaryDeployments;

/// <summary>One arm.</summary>
public sealed record AbTestArm
{
    [Description("Name, unique in the list; a label of the metrics.")]
    [RegularExpression("^[a-z]([-a-z0-9]*[a-z0-9])?$")]
    [StringLength(20)]
    public required string Name { get; init; }

    [Description("ModelVersion that serves the arm.")]
    public required LocalReference VersionRef { get; init; }

    [Description("Percent of the users; all arms together 100.")]
    [Range(1, 99)]
    public required int Weight { get; init; }
}
