using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.ModelVersions;

/// <summary>Origin of a model that no TrainingRun of this cluster made.</summary>
public sealed record ExternalSource
{
    [Description("Where it was trained or taken from, for example a run of another registry: an absolute URI without credentials. Recorded and searchable, never called; the bytes are those of spec.artifact.")]
    [StringLength(2048, MinimumLength = 1)]
    public required string Uri { get; init; }
}
