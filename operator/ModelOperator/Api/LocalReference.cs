using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.Api;

/// <summary>Reference to an object in the same namespace.</summary>
public sealed record LocalReference
{
    [Description("Name of the object, in the same namespace.")]
    [StringLength(253, MinimumLength = 1)]
    public required string Name { get; init; }
}
