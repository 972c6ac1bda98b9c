using System.ComponentModel.DataAnnotations;
using System.ComponentModel;
using System.Text.Json;
using ModelOperator.Api;
using ModelOperator.Kubernetes;

namespace ModelOperator.TrainingRuns;

/// <summary>Scheduling choices merged into the training Pod.</summary>
public sealed record TrainingPodTemplate
{
    [Description("Labels that a node must have.")]
    public IReadOnlyDictionary<string, string>? NodeSelector { get; init; }

    [Description("Taints that the Pod tolerates.")]
    [MaxItems(32)]
    public IReadOnlyList<V1Toleration>? Tolerations { get; init; }

    [Description("PriorityClass of the Pod.")]
    [StringLength(253)]
    public string? PriorityClassName { get; init; }

    [Description("RuntimeClass of the Pod, for example nvidia.")]
    [StringLength(253)]
    public string? RuntimeClassName { get; init; }

    [Description("Secrets to pull the image with.")]
    [MaxItems(16)]
    public IReadOnlyList<Api.LocalReference>? ImagePullSecrets { get; init; }

    [Description("Affinity, as in a Pod.")]
    public JsonElement? Affinity { get; init; }

    [Description("Further volumes, as in a Pod. The restricted profile's kinds only: no hostPath.")]
    [MaxItems(64)]
    public IReadOnlyList<V1Volume>? Volumes { get; init; }

    [Description("Where the trainer sees them.")]
    [MaxItems(64)]
    public IReadOnlyList<V1VolumeMount>? VolumeMounts { get; init; }

    [Description("Size limit of /dev/shm, which is memory; the memory limit of the trainer when absent.")]
    [StringLength(32)]
    public string? SharedMemory { get; init; }

    [Description("Further labels of the Pods.")]
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    [Description("Further annotations of the Pods.")]
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    [Description("ServiceAccount of the Pods. Its token is not mounted; a projected volume can ask for one.")]
    [StringLength(253)]
    public string? ServiceAccountName { get; init; }
}
