using System.Text.Json.Serialization;

namespace ModelOperator.ModelFormat;

/// <summary>The predicted column.</summary>
public sealed class TargetDocument
{
    public required string Name { get; set; }

    public TargetType Type { get; set; }

    /// <summary>For Binary: the two labels; the prediction is the probability of the second. For Multiclass: all labels, in the order of the probabilities.</summary>
    public List<string>? Classes { get; set; }

    /// <summary>Numbers that the model makes of a row.</summary>
    [JsonIgnore]
    public int Outputs => Type == TargetType.Multiclass ? Classes!.Count : 1;
}
