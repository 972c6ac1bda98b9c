using System.ComponentModel;
using ModelOperator.Api;

namespace ModelOperator.TrainingRuns;

/// <summary>What the names in the spec resolved to.</summary>
public sealed record TrainingResolved
{
    [Description("Image as the node resolved it.")]
    public string? Image { get; init; }

    [Description("Datasets with their digests.")]
    public IReadOnlyList<DatasetRecord>? Datasets { get; init; }
}
