using System.Globalization;

namespace ModelOperator.CanaryDeployments;

/// <summary>A stretch of time with a constant split, over which counts are compared: one step of one canary.</summary>
public static class CanarySegment
{
    /// <summary>Key of the current segment; null when nothing is judged.</summary>
    public static string? Key(CanaryDeploymentStatus? status) => status is { CanaryVersion: { } version, StepIndex: { } step }
        ? string.Create(CultureInfo.InvariantCulture, $"{version}/{step}/{status.StepStartedAt:O}")
        : null;
}
