using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ModelOperator.Api;

namespace ModelOperator.TrainingRuns.Sweeps;

/// <summary>One parameter that is searched over: a list of values, or a range.</summary>
public sealed record SweepParameter
{
    [Description("Name of the parameter.")]
    [StringLength(128, MinimumLength = 1)]
    public required string Name { get; set; }

    [Description("Values to try, instead of a range.")]
    [MaxItems(100)]
    public IReadOnlyList<string>? Values { get; set; }

    [Description("Lower end of the range, included.")]
    public double? Minimum { get; set; }

    [Description("Upper end of the range, included.")]
    public double? Maximum { get; set; }

    [Description("Linear, or Log for ranges over orders of magnitude.")]
    [DefaultValue(SweepScale.Linear)]
    public SweepScale Scale { get; set; }

    [Description("Number (six significant digits) or Integer.")]
    [DefaultValue(SweepNumberType.Number)]
    public SweepNumberType Type { get; set; }

    [Description("Points that a Grid takes of the range, both ends included.")]
    [Range(1, 100)]
    public int? Count { get; set; }
}
