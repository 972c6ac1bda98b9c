namespace ModelOperator.ModelFormat;

/// <summary>Makes smaller networks of one in 32 bits.</summary>
public static class NetworkRounding
{
    private const int MostCode = 127;

    /// <summary>Weights and biases rounded to the nearest 16-bit float.</summary>
    /// <exception cref="NotSupportedException">A number is too large for 16 bits.</exception>
    public static NetworkModel ToHalf(NetworkModel model) => model with
    {
        Layers = [.. model.Layers.Select(static layer => layer with { Weights = Halves(layer.Weights), Biases = Halves(layer.Biases), Half = true })],
    };

    /// <summary>
    /// Weights rounded to 8 bits, symmetric, one scale per output: scale = max |w| / 127, code = round(w / scale). Formula: B. Jacob et al., "Quantization and
    /// Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference", 2018, section 2.1, with zero point 0; per output as in R. Krishnamoorthi,
    /// "Quantizing deep convolutional networks for efficient inference", 2018, section 3.1.
    /// </summary>
    /// <exception cref="NotSupportedException">A layer has more inputs than sums in 32 bits have room for.</exception>
    public static NetworkModel ToInt8(NetworkModel model) => model with { Layers = [.. model.Layers.Select(ToInt8)] };

    /// <summary>The weights that codes stand for.</summary>
    internal static float[] Weights(Int8Weights rounded, int inputs)
    {
        var codes = rounded.Codes.Span;
        var scales = rounded.Scales.Span;
        var weights = new float[codes.Length];
        for (var at = 0; at < weights.Length; at++)
            weights[at] = codes[at] * scales[at / inputs];
        return weights;
    }

    private static NetworkLayer ToInt8(NetworkLayer layer)
    {
        if (layer.Inputs > Int8Layer.MostInputs)
            throw new NotSupportedException($"a layer of {layer.Inputs} inputs, int8 takes up to {Int8Layer.MostInputs}");
        var codes = new sbyte[layer.Weights.Length];
        var scales = new float[layer.Outputs];
        for (var output = 0; output < layer.Outputs; output++)
        {
            var weights = layer.Weights.Span.Slice(output * layer.Inputs, layer.Inputs);
            float most = 0;
            foreach (var weight in weights)
                most = MathF.Max(most, MathF.Abs(weight));
            scales[output] = most / MostCode;
            for (var input = 0; input < weights.Length && scales[output] > 0; input++)
                codes[(output * layer.Inputs) + input] = (sbyte)Math.Clamp(MathF.Round(weights[input] / scales[output]), -MostCode, MostCode);
        }

        var rounded = new Int8Weights(codes, scales);
        return layer with { Int8 = rounded, Weights = Weights(rounded, layer.Inputs) };
    }

    private static float[] Halves(ReadOnlyMemory<float> values)
    {
        var rounded = new float[values.Length];
        for (var at = 0; at < rounded.Length; at++)
        {
            rounded[at] = (float)(Half)values.Span[at];
            if (!float.IsFinite(rounded[at]))
                throw new NotSupportedException($"a weight of {values.Span[at]:R}, 16 bits hold up to 65504");
        }

        return rounded;
    }
}
