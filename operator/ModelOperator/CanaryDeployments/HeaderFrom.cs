using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ModelOperator.TrainingRuns;

namespace ModelOperator.CanaryDeployments;

/// <summary>A header whose value is a key of a Secret, for example Authorization.</summary>
public sealed record HeaderFrom
{
    [Description("Name of the header.")]
    [RegularExpression("^[A-Za-z0-9][-A-Za-z0-9_]*$")]
    [StringLength(128)]
    public required string Name { get; init; }

    [Description("Where the whole value lies, for example \"Bearer ...\".")]
    public required SecretKeyReference SecretKeyRef { get; init; }
}
