using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ModelOperator.Api;
using ModelOperator.TrainingRuns;

namespace ModelOperator.CanaryDeployments;

/// <summary>A Job that judges: success is a success, failure a failure. Its Pods have the restricted security profile, whatever the image.</summary>
public sealed record JobProvider
{
    [Description("Image. It runs as user 65532 on a read-only root file system, with /tmp to write to and no token of the API.")]
    [StringLength(1024, MinimumLength = 1)]
    public required string Image { get; init; }

    [Description("Command; the image's own when absent.")]
    [MaxItems(64)]
    public IReadOnlyList<string>? Command { get; init; }

    [Description("Arguments.")]
    [MaxItems(256)]
    public IReadOnlyList<string>? Args { get; init; }

    [Description("Environment, besides MODELOP_CANARY, MODELOP_NAMESPACE, MODELOP_METRIC, MODELOP_VERSION, MODELOP_STABLE_VERSION, MODELOP_CANARY_URL, MODELOP_STABLE_URL, MODELOP_WINDOW_START and MODELOP_WINDOW_END (Unix seconds).")]
    [MaxItems(64)]
    public IReadOnlyList<TrainingEnvironment>? Env { get; init; }

    [Description("Resource limits by name (cpu, memory, nvidia.com/gpu ...).")]
    public IReadOnlyDictionary<string, string>? Limits { get; init; }

    [Description("Resource requests by name.")]
    public IReadOnlyDictionary<string, string>? Requests { get; init; }

    [Description("Labels that a node must have.")]
    public IReadOnlyDictionary<string, string>? NodeSelector { get; init; }

    [Description("Secrets to pull the image with.")]
    [MaxItems(16)]
    public IReadOnlyList<LocalReference>? ImagePullSecrets { get; init; }

    [Description("Seconds after which the Job is ended: an error, not a failure.")]
    [Range(5, 86400)]
    [DefaultValue(600)]
    public int ActiveDeadlineSeconds { get; set; } = 600;

    [Description("Failed Pods that are tolerated: a Pod may also be lost to its node.")]
    [Range(0, 10)]
    [DefaultValue(1)]
    public int BackoffLimit { get; set; } = 1;
}
