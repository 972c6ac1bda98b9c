using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ModelOperator.Api;

namespace ModelOperator.TrainingRuns;

/// <summary>One rule about ended attempts: exit codes or reasons, and what follows.</summary>
public sealed record TrainingFailureRule
{
    [Description("Name of the rule, for messages.")]
    [RegularExpression("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")]
    [StringLength(63, MinimumLength = 1)]
    public required string Name { get; init; }

    [Description("Exit codes of the trainer, 1 to 255 without 75. Codes that a disruption caused are not looked at.")]
    [MaxItems(64)]
    public IReadOnlyList<int>? OnExitCodes { get; init; }

    [Description("Reasons of the attempt's end: OOMKilled, FetchFailed, PublishFailed; or, to fail the run on them, Evicted, PodDeleted, PodVanished, NodeLost, ArtifactStoreUnavailable.")]
    [MaxItems(16)]
    public IReadOnlyList<string>? OnReasons { get; init; }

    [Description("FailRun: the run fails. Retry: tried again after the back-off, counts against maxRetries. RetryIgnoreLimit: tried again after the back-off, however often.")]
    public required TrainingFailureAction Action { get; init; }
}
