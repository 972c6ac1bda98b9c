using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.CanaryDeployments;

/// <summary>How recently a version must have been stable to skip the steps; what is given holds together.</summary>
public sealed record RollbackWindow
{
    [Description("How many stable versions back at most; 1 is the one before the present.")]
    [Range(1, 9)]
    public int? Revisions { get; init; }

    [Description("Seconds since it was the stable version at most.")]
    [Range(1, 31536000)]
    public int? Seconds { get; init; }
}
