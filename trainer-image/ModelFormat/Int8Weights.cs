namespace ModelOperator.ModelFormat;

/// <summary>The weights of a layer in 8 bits: a weight is its code times its output's scale.</summary>
/// <param name="Codes">Output by output, one from -127 to 127 for each input.</param>
/// <param name="Scales">One per output.</param>
public sealed record Int8Weights(ReadOnlyMemory<sbyte> Codes, ReadOnlyMemory<float> Scales);
