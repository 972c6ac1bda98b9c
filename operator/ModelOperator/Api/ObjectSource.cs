using System.ComponentModel;

namespace ModelOperator.Api;

/// <summary>Reference to an object that made this one, with the UID so that a namesake is never taken for it.</summary>
public sealed record ObjectSource
{
    [Description("Name of the object.")]
    public required string Name { get; init; }

    [Description("UID of the object.")]
    public string? Uid { get; init; }
}
