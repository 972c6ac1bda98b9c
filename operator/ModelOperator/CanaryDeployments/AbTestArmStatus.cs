using System.ComponentModel;

namespace ModelOperator.CanaryDeployments;

/// <summary>One arm of the test under way.</summary>
public sealed record AbTestArmStatus
{
    [Description("Name.")]
    public required string Name { get; init; }

    [Description("ModelVersion.")]
    public required string Version { get; init; }

    [Description("Percent of the users that belong to the arm.")]
    public int Share { get; init; }

    [Description("Percent of the users that the arm is given now.")]
    public int Weight { get; init; }

    [Description("Users counted.")]
    public long? Users { get; init; }
}
