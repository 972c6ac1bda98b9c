using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.ModelVersions;

/// <summary>An alias and the version that it names.</summary>
public sealed record ModelAlias
{
    [Description("Alias. latest and v<number> are reserved.")]
    [RegularExpression("^[a-z]([-a-z0-9]*[a-z0-9])?$")]
    [StringLength(50)]
    public required string Name { get; init; }

    [Description("Name of the ModelVersion that holds it.")]
    [StringLength(253, MinimumLength = 1)]
    public required string Version { get; init; }
}
