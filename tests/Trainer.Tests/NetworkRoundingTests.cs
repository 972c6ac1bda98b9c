using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using FsCheck;
using FsCheck.Fluent;
using ModelOperator.ModelFormat;

namespace ModelOperator.Trainer.Tests;

/// <summary>Networks in 8 and 16 bits.</summary>
public sealed class NetworkRoundingTests
{
    private const int Rows = 37;

    [Fact]
    public void In_8_bits_a_row_is_predicted_the_same_alone_and_among_others_and_by_the_formula()
    {
        Prop.ForAll(Gen.Choose(1, 70).ArrayOf(4).ToArbitrary(), widths =>
        {
            var model = NetworkRounding.ToInt8(Make(widths[0], [widths[1], widths[2], 1 + (widths[3] % 4)]));
            var scorer = new NetworkScorer(NetworkFile.Read(NetworkFile.Write(model)), new int[widths[0]], TargetType.Regression, model.Layers[^1].Outputs);
            float[] rows = [.. Enumerable.Range(0, Rows * widths[0]).Select(i => i % 29 == 0 ? float.NaN : Number(i))];
            var together = new float[Rows * scorer.Outputs];
            scorer.Predict(rows, together);
            return Enumerable.Range(0, Rows).All(row =>
            {
                var alone = new float[scorer.Outputs];
                var values = rows.AsSpan(row * widths[0], widths[0]).ToArray();
                scorer.Predict(values, alone);
                var (expected, step) = ByFormula(model, values);
                // A value that lies on the border of two codes may have the other one.
                return alone.AsSpan().SequenceEqual(together.AsSpan(row * scorer.Outputs, scorer.Outputs))
                    && expected.Zip(alone).All(pair => Math.Abs(pair.First - pair.Second) <= (2 * step) + (1e-5 * Math.Max(1, Math.Abs(pair.First))));
            });
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(30));
    }

    [Fact]
    public void Eight_bits_are_close_to_what_they_round()
    {
        var model = Make(9, [64, 48, 32, 1]);
        var (exact, rounded) = (Predict(model), Predict(NetworkRounding.ToInt8(model)));
        var spread = exact.Max() - exact.Min();
        Assert.All(exact.Zip(rounded), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 0.05 * spread));
        Assert.NotEqual(exact, rounded);
    }

    [Theory]
    [InlineData(new[] { 127f, -63.4f, 0.5f }, new sbyte[] { 127, -63, 0 }, 1f)]
    [InlineData(new[] { 1f, -2f, 0.5f }, new sbyte[] { 63, -126, 32 }, 2f / 127)]
    [InlineData(new[] { 0f, 0f, 0f }, new sbyte[] { 0, 0, 0 }, 0f)]
    [InlineData(new[] { 1e-30f, 0f, -1e-30f }, new sbyte[] { 127, 0, -127 }, 1e-30f / 127)]
    public void Weights_are_rounded_per_output_by_their_largest(float[] weights, sbyte[] codes, float least)
    {
        var layer = NetworkRounding.ToInt8(new NetworkModel([], [new NetworkLayer(3, 1, weights, new float[1])], 0, 1)).Layers[0];
        // The next larger bfloat16, at most 1/128 more, so the largest may have a code below 127.
        var scale = layer.Int8!.Scales.Span[0];
        Assert.InRange(scale, least, least * (1 + (1f / 128)));
        Assert.True(NetworkRounding.IsShort(scale));
        Assert.Equal(codes, layer.Int8.Codes.ToArray());
        Assert.All(weights.Zip(layer.Weights.ToArray()), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, scale * 0.501));
    }

    [Theory]
    [InlineData(0f, 0f, 0, 0)]
    [InlineData(1f, 0f, 127, 0)]
    [InlineData(254f, 1f, 127, 1)]
    [InlineData(254f, 0.99f, 127, 0)]
    [InlineData(1e-36f, 0f, 127, 0)]
    [InlineData(float.PositiveInfinity, 1f, 127, 0)]
    public void Values_are_rounded_by_the_row_s_largest(float first, float second, byte firstCode, byte secondCode)
    {
        var values = new float[64];
        (values[3], values[40]) = (first, second);
        var codes = new byte[64];
        codes.AsSpan().Fill(99);
        Assert.Equal(MathF.Min(first, float.MaxValue) / 127, Int8Layer.Round(values, codes));
        Assert.Equal(firstCode, codes[3]);
        Assert.Equal(secondCode, codes[40]);
        Assert.All(codes.Where((_, at) => at is not (3 or 40)), static code => Assert.Equal(0, code));
    }

    [Fact]
    public void Every_way_to_sum_codes_is_exact()
    {
        var random = new Random(5);
        for (var i = 0; i < 500; i++)
        {
            var values = new byte[32];
            var weights = new sbyte[32];
            for (var at = 0; at < 32; at++)
                (values[at], weights[at]) = i < 4 ? ((byte)(127 * (i % 2)), (sbyte)(i < 2 ? -128 : 127)) : ((byte)random.Next(128), (sbyte)random.Next(-128, 128));
            var sums = Vector256.Create(i * 1000);
            var expected = Vector256.Create([.. Enumerable.Range(0, 8).Select(lane => (i * 1000) + Enumerable.Range(4 * lane, 4).Sum(at => values[at] * weights[at]))]);
            var (v, w) = (Vector256.Create(values), Vector256.Create(weights));
            Assert.Equal(expected, CodeSums.Portable(sums, v, w));
            Assert.Equal(expected, CodeSums.Add(sums, v, w));
            if (Avx2.IsSupported)
                Assert.Equal(expected, CodeSums.ByPairs(sums, v, w));
        }
    }

    [Fact]
    public void Sixteen_bits_are_the_nearest_halves_and_what_they_do_not_hold_is_refused()
    {
        var model = NetworkRounding.ToHalf(Make(5, [12, 1]));
        var file = NetworkFile.Write(model, half: true);
        var read = NetworkFile.Read(file);
        Assert.True(file.Length < NetworkFile.Write(model).Length);
        foreach (var (layer, original) in read.Layers.Zip(Make(5, [12, 1]).Layers))
        {
            Assert.Equal(original.Weights.ToArray().Select(static weight => (float)(Half)weight), layer.Weights.ToArray());
            Assert.Equal(original.Biases.ToArray().Select(static bias => (float)(Half)bias), layer.Biases.ToArray());
        }

        Assert.Equal(Predict(model), Predict(read));
        var large = new NetworkModel([], [new NetworkLayer(1, 1, new float[] { 70_000 }, new float[1])], 0, 1);
        Assert.Contains("16 bits hold up to 65504", Assert.Throws<NotSupportedException>(() => NetworkRounding.ToHalf(large)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Biases_beside_8_bits_are_halves_where_these_hold_all_of_a_layer()
    {
        NetworkLayer Layer(params float[] biases) => NetworkRounding.ToInt8(new NetworkModel([], [new NetworkLayer(1, 2, new float[2], biases)], 0, 1)).Layers[0];
        Assert.Equal([(float)(Half)0.1f, -3f], Layer(0.1f, -3).Biases.ToArray());
        Assert.Equal([0.1f, 70_000f], Layer(0.1f, 70_000).Biases.ToArray());
    }

    private static float Number(int at) => ((at * 7919 % 1000) - 500) / 900f;

    private static NetworkModel Make(int columns, int[] widths)
    {
        List<NetworkLayer> layers = [];
        foreach (var (index, width) in widths.Index())
        {
            var inputs = index == 0 ? columns : widths[index - 1];
            layers.Add(new NetworkLayer(
                inputs, width, Enumerable.Range(index, inputs * width).Select(Number).ToArray(), Enumerable.Range(index + 5, width).Select(Number).ToArray()));
        }

        return new NetworkModel([.. Enumerable.Range(0, columns).Select(i => new ScaledColumn(i, null, 0.1, 2))], layers, 3, 2);
    }

    private static float[] Predict(NetworkModel model)
    {
        var scorer = new NetworkScorer(model, new int[model.Columns.Count], TargetType.Regression, model.Layers[^1].Outputs);
        float[] rows = [.. Enumerable.Range(0, Rows * model.Columns.Count).Select(Number)];
        var predictions = new float[Rows * scorer.Outputs];
        scorer.Predict(rows, predictions);
        return predictions;
    }

    // With what one step of a code moves the outputs by, at most.
    private static (double[] Outputs, double Step) ByFormula(NetworkModel model, float[] row)
    {
        double[] values = [.. row.Select(value => float.IsNaN(value) ? 0 : (value - 0.1) / 2)];
        double step = 0;
        foreach (var (index, layer) in model.Layers.Index())
        {
            var (codes, scales) = (layer.Int8!.Codes.ToArray(), layer.Int8.Scales.ToArray());
            var most = values.Max();
            var inputs = index == 0 ? values : [.. values.Select(value => most > 0 ? Math.Floor((value * 127 / most) + 0.5) * most / 127 : 0)];
            step = (step * scales.Max() * 127 * layer.Inputs) + (index == 0 ? 0 : most / 127 * scales.Max() * 127);
            values = [.. layer.Biases.ToArray().Select((bias, output) => bias + (scales[output] * inputs.Select((value, input) => value * codes[(output * layer.Inputs) + input]).Sum()))];
            if (index + 1 < model.Layers.Count)
                values = [.. values.Select(value => Math.Max(0, value))];
        }

        return ([.. values.Select(value => (value * 2) + 3)], 2 * step);
    }
}
