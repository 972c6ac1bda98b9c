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

    /// <summary>Whether <see cref="Weights"/> were kept in 16 bits. On a CPU they are summed in 32 bits all the same.</summary>
    public bool Half { get; init; }
}
