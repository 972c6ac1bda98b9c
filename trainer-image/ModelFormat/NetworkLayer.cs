namespace ModelOperator.ModelFormat;

/// <summary>A dense layer: sums of the inputs by weights, and a bias.</summary>
/// <param name="Inputs">Values that it takes.</param>
/// <param name="Outputs">Values that it makes.</param>
/// <param name="Weights">Output by output, a number for each input.</param>
/// <param name="Biases">One per output.</param>
public sealed record NetworkLayer(int Inputs, int Outputs, ReadOnlyMemory<float> Weights, ReadOnlyMemory<float> Biases)
{
    /// <summary>What <see cref="Weights"/> was rounded to, if it was: then products are made in 8 bits.</summary>
    public Int8Weights? Int8 { get; init; }
}
