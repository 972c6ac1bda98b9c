using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ModelOperator.Api;

namespace ModelOperator.CanaryDeployments;

/// <summary>How the model server runs.</summary>
public sealed record ModelServerTemplate
{
    [Description("Image of the model server; the operator's own for the device when absent.")]
    [StringLength(1024)]
    public string? Image { get; init; }

    [Description("Replicas of the stable version.")]
    [Range(0, 1000)]
    [DefaultValue(1)]
    public int Replicas { get; set; } = 1;

    [Description("Lets the operator choose the replicas of the stable version by what the built-in gateway counts, in place of replicas.")]
    public ServerAutoscale? Autoscale { get; init; }

    [Description("Resource limits by name (cpu, memory, nvidia.com/gpu ...).")]
    public IReadOnlyDictionary<string, string>? Limits { get; init; }

    [Description("Resource requests by name.")]
    public IReadOnlyDictionary<string, string>? Requests { get; init; }

    [Description("Labels that a node must have.")]
    public IReadOnlyDictionary<string, string>? NodeSelector { get; init; }

    [Description("Requests that one replica answers at once; the model server's own default, 256, when absent.")]
    [Range(1, 100000)]
    public int? MaxConcurrentRequests { get; init; }

    [Description("Requests that wait for their turn besides; more are answered 429. The model server's own default, 256, when absent.")]
    [Range(0, 100000)]
    public int? MaxQueuedRequests { get; init; }

    [Description("Seconds that a request may wait for its body, its turn and a predictor; the model server's own default, 30, when absent.")]
    [Range(1, 3600)]
    public int? RequestTimeoutSeconds { get; init; }

    [Description("Hands a sample of the predictions to the history; none when absent.")]
    public ServerPredictionLog? PredictionLog { get; init; }

    [Description("Variant of the version to serve (int8, fp16, prune, round, prune-round); the model itself when absent. A version without it is not served.")]
    [StringLength(63)]
    [RegularExpression("^[a-z0-9]([a-z0-9-]*[a-z0-9])?$")]
    public string? Variant { get; init; }

    [Description("What predicts: cpu, or cuda for networks and trees on a GPU, which limits must name (nvidia.com/gpu), with an image that has the CUDA libraries. cpu when absent. A version that a GPU cannot serve is not served.")]
    [RegularExpression("^(cpu|cuda)$")]
    public string? Device { get; init; }

    [Description("With device cuda the most rows of several requests in one call of the GPU; the model server's own default, 1024, when absent.")]
    [Range(1, 10000)]
    public int? BatchRows { get; init; }

    [Description("With device cuda milliseconds that the first request of a batch waits for others while the GPU is free; 0 when absent: then only those go together that came while it was busy.")]
    [Range(0, 1000)]
    public int? BatchMilliseconds { get; init; }

    [Description("Secrets to pull the image with.")]
    [MaxItems(16)]
    public IReadOnlyList<LocalReference>? ImagePullSecrets { get; init; }
}
