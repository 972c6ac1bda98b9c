namespace ModelOperator.ModelFormat;

/// <summary>Makes smaller networks of one in 32 bits.</summary>
public static class NetworkRounding
{
    private const int MostCode = 127;

    // What the upper half of a float, a bfloat16, lacks.
    private const uint ShortBits = 0xFFFF;

    /// <summary>Weights and biases rounded to the nearest 16-bit float.</summary>
    /// <exception cref="NotSupportedException">A number is too large for 16 bits.</exception>
    public static NetworkModel ToHalf(NetworkModel model) => model with
    {
        Layers = [.. model.Layers.Select(static layer => layer with { Weights = Halves(layer.Weights), Biases = Halves(layer.Biases), Half = true })],
    };

    /// <summary>
    /// Weights rounded to 8 bits, symmetric, one scale per output: scale = max |w| / 127, the next larger of 16 bits, code = round(w / scale); biases rounded to 16
    /// bits where these hold them. Formula: B. Jacob et al., "Quantization and
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

    /// <summary>Whether a number is one of 16 bits, a bfloat16, which have the range of those of 32.</summary>
    internal static bool IsShort(float value) => (BitConverter.SingleToUInt32Bits(value) & ShortBits) == 0;

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
            scales[output] = Short(most / MostCode);
            for (var input = 0; input < weights.Length && scales[output] > 0; input++)
                codes[(output * layer.Inputs) + input] = (sbyte)Math.Clamp(MathF.Round(weights[input] / scales[output]), -MostCode, MostCode);
        }

        var rounded = new Int8Weights(codes, scales);
        return layer with { Int8 = rounded, Weights = Weights(rounded, layer.Inputs), Biases = HoldsHalves(layer.Biases.Span) ? Halves(layer.Biases) : layer.Biases };
    }

    // The next larger one, so that no code is beyond 127. Scales are never negative.
    private static float Short(float scale) => BitConverter.UInt32BitsToSingle((BitConverter.SingleToUInt32Bits(scale) + ShortBits) & ~ShortBits);

    private static bool HoldsHalves(ReadOnlySpan<float> values)
    {
        foreach (var value in values)
        {
            if (!Half.IsFinite((Half)value))
                return false;
        }

        return true;
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
