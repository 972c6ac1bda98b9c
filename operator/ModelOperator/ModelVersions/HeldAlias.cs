using System.ComponentModel;

namespace ModelOperator.ModelVersions;

/// <summary>An alias in force.</summary>
public sealed record HeldAlias
{
    [Description("Alias.")]
    public required string Name { get; init; }

    [Description("Name of the ModelVersion that holds it.")]
    public required string Version { get; init; }

    [Description("Who decides it: Git, Version, or Canary/<name>.")]
    public required string Owner { get; init; }
}
