using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ModelOperator.Api;

namespace ModelOperator.Datasets;

/// <summary>What one column must be like.</summary>
public sealed record DatasetColumn
{
    [Description("Name in the header, exactly.")]
    [StringLength(256, MinimumLength = 1)]
    public required string Name { get; init; }

    [Description("What its values are. Any value goes when absent, and the profile finds the type out.")]
    public DatasetColumnType? Type { get; init; }

    [Description("Whether the column must be there.")]
    [DefaultValue(true)]
    public bool Required { get; set; } = true;

    [Description("Least value of a Number or Integer.")]
    public double? Minimum { get; init; }

    [Description("Greatest value of a Number or Integer.")]
    public double? Maximum { get; init; }

    [Description("The only values that may occur.")]
    [MaxItems(1000)]
    public IReadOnlyList<string>? AllowedValues { get; init; }

    [Description("Greatest share of missing values, 0 to 1. Missing values are allowed without a limit when absent.")]
    [Range(0, 1)]
    public double? MaximumMissingFraction { get; init; }
}
