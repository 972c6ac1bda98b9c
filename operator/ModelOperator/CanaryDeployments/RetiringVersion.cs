using System.ComponentModel;

namespace ModelOperator.CanaryDeployments;

/// <summary>A version that has lost its traffic and is about to go.</summary>
public sealed record RetiringVersion
{
    [Description("ModelVersion.")]
    public required string Version { get; init; }

    [Description("True when it was rolled back; absent otherwise.")]
    public bool? Aborted { get; init; }

    [Description("When its traffic was seen to be gone.")]
    public DateTimeOffset? Since { get; init; }
}
