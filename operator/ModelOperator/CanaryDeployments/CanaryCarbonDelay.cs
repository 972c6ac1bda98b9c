using System.ComponentModel;

namespace ModelOperator.CanaryDeployments;

/// <summary>A step up that waits for a cleaner grid.</summary>
public sealed record CanaryCarbonDelay
{
    [Description("Since when.")]
    public DateTimeOffset Since { get; init; }

    [Description("When it is done whatever the grid.")]
    public DateTimeOffset Until { get; init; }
}
