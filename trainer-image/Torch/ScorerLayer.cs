namespace ModelOperator.Torch;

/// <summary>A trained layer.</summary>
/// <param name="Inputs">Values that it takes.</param>
/// <param name="Outputs">Values that it makes.</param>
/// <param name="Weights">Output by output, a number for each input.</param>
/// <param name="Biases">One per output.</param>
/// <param name="Half">Products are made of 16-bit floats, and summed in 32 bits; all in 32 bits otherwise. What is beyond their largest, 65,504, is taken for it.</param>
public sealed record ScorerLayer(int Inputs, int Outputs, ReadOnlyMemory<float> Weights, ReadOnlyMemory<float> Biases, bool Half);
