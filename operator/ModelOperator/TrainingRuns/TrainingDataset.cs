using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.TrainingRuns;

/// <summary>One dataset: fetched to /workspace/dataset/&lt;name&gt; and verified before the trainer starts.</summary>
public sealed record TrainingDataset
{
    [Description("Name of the folder under MODELOP_DATASET_DIR.")]
    [RegularExpression("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")]
    [StringLength(63)]
    public required string Name { get; init; }

    [Description("modelop://sha256/<hex> in the artifact store, http(s)://... (a digest is required), or configmap://<name>[/<key>].")]
    [RegularExpression("^(modelop://sha256/[0-9a-f]{64}|https?://.+|configmap://[a-z0-9]([-a-z0-9.]*[a-z0-9])?(/[-._a-zA-Z0-9]+)?)$")]
    [StringLength(2048)]
    public required string Uri { get; init; }

    [Description("Expected sha256 of the bytes, as sha256:<hex>. Required for http(s).")]
    [RegularExpression("^sha256:[0-9a-f]{64}$")]
    public string? Digest { get; init; }

    [Description("File name inside the folder; the last segment of the URI, or data, when absent.")]
    [RegularExpression("^[A-Za-z0-9][-._A-Za-z0-9]*$")]
    [StringLength(128)]
    public string? FileName { get; init; }
}
