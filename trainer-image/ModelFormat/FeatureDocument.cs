using System.Text.Json.Serialization;

namespace ModelOperator.ModelFormat;

/// <summary>One column that the model takes, or that one of its formulas reads.</summary>
public sealed class FeatureDocument
{
    public required string Name { get; set; }

    public FeatureType Type { get; set; }

    /// <summary>The formula that works it out from the columns before; null for one that clients send. Derived ones stand last.</summary>
    public string? Derived { get; set; }

    /// <summary>Whether clients send it for formulas alone: what was learned has no column for it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool FormulaOnly { get; set; }

    /// <summary>For Categorical: all categories seen in training, in the order of their codes 0, 1, 2, …</summary>
    public List<string>? Categories { get; set; }

    /// <summary>Whether training saw missing values here, so that null may be sent, or a formula may have no finite value.</summary>
    public bool AllowMissing { get; set; }

    /// <summary>Share of the trees' total gain, of the sizes of a linear model's standardised coefficients, or of the products of a network's weights; 0 to 1.</summary>
    public double Importance { get; set; }

    public required FeatureProfile Profile { get; set; }
}
