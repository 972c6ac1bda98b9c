namespace ModelOperator.ModelFormat;

/// <summary>A dense layer: sums of the inputs by weights, and a bias.</summary>
/// <param name="Inputs">Values that it takes.</param>
/// <param name="Outputs">Values that it makes.</param>
/// <param name="Weights">Output by output, a number for each input.</param>
/// <param name="Biases">One per output.</param>
public sealed record NetworkLayer(int Inputs, int Outputs, ReadOnlyMemory<float> Weights, ReadOnlyMemory<float> Biases);
