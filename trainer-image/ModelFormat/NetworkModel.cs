namespace ModelOperator.ModelFormat;

/// <summary>The content of network.safetensors: scaling, layers with a rectifier between them, and for a number the way back to the target's scale.</summary>
/// <param name="Columns">What the first layer takes.</param>
/// <param name="Layers">One or more; batch normalisation is part of their weights.</param>
/// <param name="OutputMean">What is added to the last layer's output times <paramref name="OutputScale"/>.</param>
/// <param name="OutputScale">1 but for numbers.</param>
public sealed record NetworkModel(IReadOnlyList<ScaledColumn> Columns, IReadOnlyList<NetworkLayer> Layers, double OutputMean, double OutputScale);
