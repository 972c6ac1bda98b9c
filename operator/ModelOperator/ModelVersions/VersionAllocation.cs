using System.ComponentModel;

namespace ModelOperator.ModelVersions;

/// <summary>A number given to a run, idempotent by the run's UID.</summary>
public sealed record VersionAllocation
{
    [Description("UID of the run.")]
    public required string RunUid { get; init; }

    [Description("Name of the run.")]
    public required string RunName { get; init; }

    [Description("The number.")]
    public long Number { get; init; }
}
