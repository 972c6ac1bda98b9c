using System.ComponentModel;
using ModelOperator.Api;

namespace ModelOperator.TrainingRuns;

/// <summary>What the names in the spec and the defaults of the installation resolved to when the run began; later attempts go by it.</summary>
public sealed record TrainingResolved
{
    [Description("Image as the first node resolved it, by digest where it reports one.")]
    public string? Image { get; init; }

    [Description("Image of the trainer as it was asked for when the run began.")]
    public string? TrainerImage { get; init; }

    [Description("Datasets with their digests.")]
    [MaxItems(16)]
    public IReadOnlyList<DatasetRecord>? Datasets { get; init; }

    [Description("Source repository and revision of the training code.")]
    public SourceRevision? Source { get; init; }

    [Description("Grid zone that emissions are counted by.")]
    public string? Zone { get; init; }

    [Description("Power usage effectiveness that emissions are counted by, in thousandths.")]
    public int? PueMilli { get; init; }

    [Description("Version of the operator that began the run.")]
    public string? OperatorVersion { get; init; }

    [Description("Hash of all that the model is made from, as sha256:<hex>; absent where the image or a dataset is not pinned by digest.")]
    public string? InputHash { get; init; }
}
