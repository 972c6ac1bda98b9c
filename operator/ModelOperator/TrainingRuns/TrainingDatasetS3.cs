using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.TrainingRuns;

/// <summary>How the service of an s3:// dataset is spoken to.</summary>
public sealed record TrainingDatasetS3
{
    [Description("Address of the service, for example https://minio.storage.svc:9000; buckets are in the path then. AWS's own of the region when absent.")]
    [RegularExpression("^https?://[^/?#@]+(/[^?#]*)?$")]
    [StringLength(1024)]
    public string? Endpoint { get; init; }

    [Description("Region that requests are signed for.")]
    [DefaultValue("us-east-1")]
    [RegularExpression("^[a-z0-9-]+$")]
    [StringLength(64)]
    public string Region { get; set; } = "us-east-1";
}
