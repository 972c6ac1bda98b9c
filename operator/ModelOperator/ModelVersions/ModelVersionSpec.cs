using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ModelOperator.Api;

namespace ModelOperator.ModelVersions;

/// <summary>Content of a version; immutable except aliases, tags, description and archived.</summary>
public sealed record ModelVersionSpec
{
    [Description("Model that this is a version of. The object's name must be <model>-<number>.")]
    [RegularExpression("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")]
    [StringLength(50, MinimumLength = 1)]
    public required string Model { get; init; }

    [Description("Run that made it; absent for a model trained elsewhere.")]
    public ObjectSource? TrainingRun { get; init; }

    [Description("Where a model trained elsewhere comes from; not beside trainingRun.")]
    public ExternalSource? External { get; init; }

    [Description("The bytes.")]
    public required ArtifactReference Artifact { get; init; }

    [Description("Input and output schema that clients may rely on; the model server refuses bytes that do not keep it.")]
    public ModelSignature? Signature { get; init; }

    [Description("Aliases that this version asks for. The highest Ready version that asks holds one, unless git or a canary owns it.")]
    [MaxItems(8)]
    public IReadOnlyList<string>? Aliases { get; init; }

    [Description("Tags.")]
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    [Description("What this version is.")]
    [StringLength(1024)]
    public string? Description { get; init; }

    [Description("Instead of deletion: the version keeps its row, its bytes and its number, gets no alias and cannot be deployed. Not while something uses it; may be taken back.")]
    public bool Archived { get; set; }

    [Description("What it was made from.")]
    public Lineage? Lineage { get; init; }

    [Description("Metrics of the training.")]
    [MaxItems(256)]
    public IReadOnlyList<NamedValue>? Metrics { get; init; }

    [Description("Energy and emissions of the training.")]
    public EnergyRecord? Energy { get; init; }
}
