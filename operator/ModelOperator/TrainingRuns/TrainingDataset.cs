using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ModelOperator.Datasets;

namespace ModelOperator.TrainingRuns;

/// <summary>One dataset: fetched to /workspace/dataset/&lt;name&gt; and verified before the trainer starts.</summary>
public sealed record TrainingDataset
{
    [Description("Name of the folder under MODELOP_DATASET_DIR.")]
    [RegularExpression("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")]
    [StringLength(63)]
    public required string Name { get; init; }

    [Description("modelop://sha256/<hex> in the artifact store, http(s)://... (a digest is required), s3://<bucket>/<key> or s3://<bucket>/<prefix>/, pvc://<claim>/<path>, or configmap://<name>[/<key>].")]
    [RegularExpression("^(modelop://sha256/[0-9a-f]{64}|https?://.+|s3://.+/.*|pvc://.+|configmap://[a-z0-9]([-a-z0-9.]*[a-z0-9])?(/[-._a-zA-Z0-9]+)?)$")]
    [StringLength(2048)]
    public required string Uri { get; init; }

    [Description("Expected sha256 of the bytes, as sha256:<hex>. Required for http(s).")]
    [RegularExpression("^sha256:[0-9a-f]{64}$")]
    public string? Digest { get; init; }

    [Description("File name inside the folder; the last segment of the URI, or data, when absent.")]
    [RegularExpression("^[A-Za-z0-9][-._A-Za-z0-9]*$")]
    [StringLength(128)]
    public string? FileName { get; init; }

    [Description("Secret with the credentials of the source: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, for a temporary key, AWS_SESSION_TOKEN for s3; token, or username and password, for http(s).")]
    public Api.LocalReference? SecretRef { get; init; }

    [Description("How the service of an s3:// dataset is spoken to.")]
    public TrainingDatasetS3? S3 { get; init; }

    [Description("What the dataset must be like; checked before the trainer starts.")]
    public DatasetValidation? Validation { get; init; }

    [Description("Whether a profile (counts, missing values, means, quantiles) is stored for the lineage. The default is true where validation is set.")]
    public bool? Profile { get; init; }

    /// <summary>Whether a profile is made.</summary>
    internal bool MakesProfile => Profile ?? Validation is not null;
}
