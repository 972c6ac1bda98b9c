namespace ModelOperator.ModelFormat;

/// <summary>The predicted column.</summary>
public sealed class TargetDocument
{
    public required string Name { get; set; }

    public TargetType Type { get; set; }

    /// <summary>For Binary: the two labels; the prediction is the probability of the second.</summary>
    public List<string>? Classes { get; set; }
}
