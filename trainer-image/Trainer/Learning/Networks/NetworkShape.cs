using ModelOperator.Trainer.Data;

namespace ModelOperator.Trainer.Learning.Networks;

/// <summary>Where what belongs to which layer stands in a network's state, as <see cref="Torch.Network.GetState"/> orders it.</summary>
internal sealed class NetworkShape
{
    internal NetworkShape(int columns, IReadOnlyList<int> hidden, int outputs, bool batchNorm)
    {
        var inputs = columns;
        var layers = new List<LayerShape>();
        foreach (var width in hidden)
        {
            layers.Add(new LayerShape(inputs, width, Weights, batchNorm ? Statistics : null));
            Weights += (width * inputs) + width + (batchNorm ? 2 * width : 0);
            Statistics += batchNorm ? 2 * width : 0;
            inputs = width;
        }

        layers.Add(new LayerShape(inputs, outputs, Weights, null));
        Weights += (outputs * inputs) + outputs;
        Layers = layers;
    }

    internal IReadOnlyList<LayerShape> Layers { get; }

    /// <summary>How many weights there are, those of batch normalisation included.</summary>
    internal int Weights { get; }

    /// <summary>How many running statistics.</summary>
    internal int Statistics { get; }

    /// <summary>Numbers in the state: weights, two moments of each, statistics.</summary>
    internal int Length => (3 * Weights) + Statistics;

    /// <summary>The state before training: weights and biases even over ±1/√inputs (as torch.nn.Linear begins), by a hash of the seed and the position.</summary>
    internal float[] Initial(int seed)
    {
        var state = new float[Length];
        foreach (var layer in Layers)
        {
            var bound = 1 / Math.Sqrt(layer.Inputs);
            for (var at = layer.Weight; at < layer.Gamma; at++)
                state[at] = (float)(bound * ((2 * RowHash.Fraction(seed, RowHash.Weights, at)) - 1));
            if (layer.Statistics is not { } statistics)
                continue;
            state.AsSpan(layer.Gamma, layer.Outputs).Fill(1);
            state.AsSpan((3 * Weights) + statistics + layer.Outputs, layer.Outputs).Fill(1);
        }

        return state;
    }
}
