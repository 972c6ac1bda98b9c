using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.CanaryDeployments;

/// <summary>One step: exactly one member is set.</summary>
public sealed record CanaryStep
{
    [Description("Percent of the traffic for the new version. Weights never fall from step to step.")]
    [Range(0, 100)]
    public int? SetWeight { get; init; }

    [Description("Wait, judging in the background.")]
    public CanaryPause? Pause { get; init; }

    [Description("Wait until every metric has reached a verdict at this weight.")]
    public CanaryAnalysisStep? Analysis { get; init; }

    [Description("Wait for a person's promote command.")]
    public CanaryGate? Gate { get; init; }

    [Description("Copies requests to the new version without using its answers, until a later step ends it.")]
    public CanaryMirrorRoute? SetMirrorRoute { get; init; }

    [Description("Sends requests with a header to the new version whatever its weight, until a later step ends it.")]
    public CanaryHeaderRoute? SetHeaderRoute { get; init; }

    [Description("Replicas of the new version from this step on.")]
    public CanaryScaleStep? SetCanaryScale { get; init; }
}
