using System.ComponentModel.DataAnnotations;
using System.ComponentModel;
using ModelOperator.Api;

namespace ModelOperator.ModelVersions;

/// <summary>The user's part of a model: a description, aliases held in git, and gates.</summary>
public sealed record ModelSpec
{
    [Description("What the model is for.")]
    [StringLength(1024)]
    public string? Description { get; init; }

    [Description("Aliases held in git. An alias that a CanaryDeployment owns may not also be here (reason AliasOwnedByCanary).")]
    [MaxItems(32)]
    public IReadOnlyList<ModelAlias>? Aliases { get; init; }

    [Description("What a version must show before it is Ready, and so before it gets an alias or is deployed. Versions that are Ready already stay.")]
    public ModelGates? Gates { get; init; }
}
