using System.ComponentModel.DataAnnotations;
using System.ComponentModel;
using ModelOperator.Api;
using ModelOperator.ModelVersions;

namespace ModelOperator.TrainingRuns;

/// <summary>How the result is registered.</summary>
public sealed record TrainingOutput
{
    [Description("Whether the result becomes a ModelVersion. Without, the run has succeeded once its result is published.")]
    [DefaultValue(true)]
    public bool Register { get; set; } = true;

    [Description("Aliases that the new version asks for once its bytes are verified.")]
    [MaxItems(8)]
    public IReadOnlyList<string>? AliasesOnSuccess { get; init; }

    [Description("Tags of the new version.")]
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    [Description("ModelVersion that the training goes on from; recorded in the new version's lineage.")]
    [RegularExpression("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")]
    [StringLength(63)]
    public string? Parent { get; init; }

    [Description("Input and output schema that the new version must keep; the model server refuses one that does not.")]
    public ModelSignature? Signature { get; init; }

    [Description("Description of the new version.")]
    [StringLength(1024)]
    public string? Description { get; init; }
}
