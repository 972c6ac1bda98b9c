using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.TrainingRuns;

/// <summary>One key of a Secret in the run's namespace.</summary>
public sealed record SecretKeyReference
{
    [Description("Name of the Secret.")]
    [StringLength(253, MinimumLength = 1)]
    public required string Name { get; init; }

    [Description("Key in the Secret.")]
    [StringLength(253, MinimumLength = 1)]
    public required string Key { get; init; }
}
