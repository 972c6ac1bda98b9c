using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.CanaryDeployments;

/// <summary>A wait of fixed length.</summary>
public sealed record CanaryPause
{
    [Description("Seconds to wait.")]
    [Range(1, 2592000)]
    public required int DurationSeconds { get; init; }
}
