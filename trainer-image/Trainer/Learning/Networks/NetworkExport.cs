using ModelOperator.ModelFormat;

namespace ModelOperator.Trainer.Learning.Networks;

/// <summary>Makes of a trained state what is served.</summary>
internal static class NetworkExport
{
    // That of libtorch's batch normalisation.
    private const double Epsilon = 1e-5;

    /// <summary>
    /// A layer's weights with the batch normalisation after it folded in: (Wx + b - mean) gamma / sqrt(variance + epsilon) + beta is again weights and a bias.
    /// </summary>
    internal static NetworkLayer Layer(NetworkShape shape, LayerShape layer, ReadOnlySpan<float> state)
    {
        var weights = state.Slice(layer.Weight, layer.Outputs * layer.Inputs).ToArray();
        var biases = state.Slice(layer.Bias, layer.Outputs).ToArray();
        if (layer.Statistics is not { } statistics)
            return new NetworkLayer(layer.Inputs, layer.Outputs, weights, biases);
        var (means, variances) = ((3 * shape.Weights) + statistics, (3 * shape.Weights) + statistics + layer.Outputs);
        for (var unit = 0; unit < layer.Outputs; unit++)
        {
            var factor = state[layer.Gamma + unit] / Math.Sqrt(state[variances + unit] + Epsilon);
            foreach (ref var weight in weights.AsSpan(unit * layer.Inputs, layer.Inputs))
                weight = (float)(weight * factor);
            biases[unit] = (float)(((biases[unit] - (double)state[means + unit]) * factor) + state[layer.Beta + unit]);
        }

        return new NetworkLayer(layer.Inputs, layer.Outputs, weights, biases);
    }

    /// <summary>How much each feature weighs: the sum, over all ways from it to the outputs, of the product of the weights' sizes (G. D. Garson, 1991).</summary>
    internal static double[] Importance(NetworkModel model, int features)
    {
        var sizes = Enumerable.Repeat(1.0, model.Layers[^1].Outputs).ToArray();
        foreach (var layer in model.Layers.Reverse())
        {
            var before = new double[layer.Inputs];
            var weights = layer.Weights.Span;
            for (var unit = 0; unit < layer.Outputs; unit++)
            {
                for (var input = 0; input < layer.Inputs; input++)
                    before[input] += sizes[unit] * Math.Abs(weights[(unit * layer.Inputs) + input]);
            }

            sizes = before;
        }

        var importance = new double[features];
        for (var column = 0; column < sizes.Length; column++)
            importance[model.Columns[column].Feature] += sizes[column];
        return importance;
    }
}
