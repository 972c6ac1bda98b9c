using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.Api;

/// <summary>What a model was made from.</summary>
public sealed record Lineage
{
    [Description("Container image that trained the model, by digest where the node reported one.")]
    public string? Image { get; init; }

    [Description("Datasets that were read, with their digests.")]
    [MaxItems(16)]
    public IReadOnlyList<DatasetRecord>? Datasets { get; init; }

    [Description("Parameters of the training.")]
    public IReadOnlyDictionary<string, string>? Params { get; init; }

    [Description("Hash of all that the model is made from, as sha256:<hex>; absent where the image or a dataset was not pinned by digest.")]
    public string? InputHash { get; init; }

    [Description("Source repository and revision of the training code.")]
    public SourceRevision? Source { get; init; }

    [Description("ModelVersion of the same namespace that this one was made from, for example by going on with its training; recorded, not looked up.")]
    [RegularExpression("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")]
    [StringLength(63)]
    public string? Parent { get; init; }

    [Description("Which trial of a sweep it is, and why.")]
    public SweepLineage? Sweep { get; init; }
}
