using System.ComponentModel;

namespace ModelOperator.Api;

/// <summary>A named number as a canonical decimal string (statuses hold no floats).</summary>
public sealed record NamedValue
{
    [Description("Name of the metric, for example rmse.")]
    public required string Name { get; init; }

    [Description("Value as a decimal string.")]
    public required string Value { get; init; }
}
