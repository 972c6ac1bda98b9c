using System.Text.Json;

namespace ModelOperator.ModelFormat;

/// <summary>One row, written as a client would send it, and its prediction.</summary>
public sealed class SampleDocument
{
    /// <summary>A JSON object: feature name to number, text or null.</summary>
    public required JsonElement Features { get; set; }

    /// <summary>For a Multiclass target the position of the most probable class.</summary>
    public double Prediction { get; set; }

    /// <summary>For a Multiclass target: of each class.</summary>
    public List<double>? Probabilities { get; set; }
}
