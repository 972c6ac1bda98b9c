using System.ComponentModel.DataAnnotations;
using System.ComponentModel;
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
}
