using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ModelOperator.Api;

namespace ModelOperator.ModelVersions;

/// <summary>What a version must show before it is Ready. All must hold.</summary>
public sealed record ModelGates
{
    [Description("Largest artifact, in bytes; a version that does not tell its size does not pass.")]
    [Range(1, long.MaxValue)]
    public long? MaxSizeBytes { get; init; }

    [Description("Metrics that are judged. A version that lacks one does not pass. Latency is a metric like any other, for example latency_p99_seconds.")]
    [MaxItems(16)]
    public IReadOnlyList<ModelGate>? Metrics { get; init; }
}
