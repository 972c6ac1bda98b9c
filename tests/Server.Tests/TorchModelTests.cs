using ModelOperator.ModelFormat;
using ModelOperator.Torch;

namespace ModelOperator.Server.Tests;

/// <summary>Layers in libtorch, on the CPU, beside those that this program sums itself.</summary>
public sealed class TorchModelTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 3, 1)]
    [InlineData(13, 64, 33, 5)]
    [InlineData(9, 512, 256, 128, 64, 1)]
    public void A_row_s_outputs_equal_the_scorer_s_to_1e_5_alone_and_among_others(params int[] widths)
    {
        const int rows = 70;
        var (model, values) = (Network(widths, half: false), Values(rows, widths[0]));
        using var torch = new Scorer(Layers(model), cuda: false, threads: 1);
        var expected = Expected(model, values, rows);
        var (together, alone) = (new float[rows * widths[^1]], new float[widths[^1]]);
        torch.Forward(values, together);
        Close(expected, together, 1e-5);
        for (var row = 0; row < rows; row++)
        {
            torch.Forward(values.AsSpan(row * widths[0], widths[0]), alone);
            Close(expected.AsSpan(row * alone.Length, alone.Length).ToArray(), alone, 1e-5);
        }
    }

    [Fact]
    public void Products_of_16_bits_are_near_and_not_the_same()
    {
        int[] widths = [9, 256, 128, 1];
        var (model, values) = (Network(widths, half: true), Values(200, widths[0]));
        var expected = Expected(model, values, 200);
        var (half, whole) = (new float[200], new float[200]);
        using (var torch = new Scorer([.. Layers(model).Select(static (layer, index) => layer with { Half = index == 1 })], cuda: false, threads: 1))
            torch.Forward(values, half);
        using (var torch = new Scorer(Layers(model), cuda: false, threads: 1))
            torch.Forward(values, whole);
        Close(expected, whole, 1e-5);
        Close(expected, half, 1e-2);
        Assert.True(half.Zip(expected).Max(static pair => Math.Abs(pair.First - pair.Second)) > 1e-6);
    }

    [Fact]
    public void What_16_bits_cannot_hold_stays_a_number()
    {
        float[] ones = [1, 1, 1, 1];
        ScorerLayer[] layers = [new(1, 2, new float[] { 1, 1 }, new float[2], false), new(2, 2, ones, new float[2], true), new(2, 1, new float[] { 1, -1 }, new float[1], false)];
        using var torch = new Scorer(layers, cuda: false, threads: 1);
        var outputs = new float[2];
        torch.Forward([1e6f, 70_000], outputs);
        Assert.All(outputs, static output => Assert.False(float.IsNaN(output)));
    }

    [Fact]
    public void Layers_and_rows_that_do_not_fit_are_refused()
    {
        float[] two = [1, 2];
        Assert.Throws<ArgumentOutOfRangeException>(() => new Scorer([], cuda: false, threads: 1));
        Assert.Contains("2 weights and 1 biases for 3 inputs", Assert.Throws<ArgumentException>(() => new Scorer([new(3, 1, two, new float[1], false)], false, 1)).Message, StringComparison.Ordinal);
        var misfit = Assert.Throws<TorchException>(() => new Scorer([new(2, 1, two, new float[1], false), new(2, 1, two, new float[1], false)], false, 1));
        Assert.Equal("libtorch: a layer does not fit the one before", misfit.Message);
        using var torch = new Scorer([new(2, 1, two, new float[1], false)], cuda: false, threads: 1);
        Assert.Throws<ArgumentException>(() => torch.Forward(new float[3], new float[2]));
        torch.Forward([], []);
    }

    private static NetworkModel Network(int[] widths, bool half)
    {
        var layers = widths.Skip(1).Select((outputs, index) =>
        {
            var inputs = widths[index];
            var reach = 1 / Math.Sqrt(inputs);
            return new NetworkLayer(inputs, outputs, Numbers(inputs * outputs, index, reach), Numbers(outputs, index + 50, reach));
        });
        var model = new NetworkModel([.. Enumerable.Range(0, widths[0]).Select(static feature => new ScaledColumn(feature, null, 0, 1))], [.. layers], 0, 1);
        return half ? NetworkRounding.ToHalf(model) : model;
    }

    private static List<ScorerLayer> Layers(NetworkModel model) =>
        [.. model.Layers.Select(static layer => new ScorerLayer(layer.Inputs, layer.Outputs, layer.Weights, layer.Biases, false))];

    private static float[] Expected(NetworkModel model, float[] values, int rows)
    {
        var outputs = model.Layers[^1].Outputs;
        var expected = new float[rows * outputs];
        new NetworkScorer(model, new int[model.Columns.Count], TargetType.Regression, outputs).Predict(values, expected);
        return expected;
    }

    private static float[] Values(int rows, int columns) => Numbers(rows * columns, 99, 3);

    // Even over ±reach, the same on every run.
    private static float[] Numbers(int count, int seed, double reach)
    {
        var numbers = new float[count];
        var state = 0x9E3779B97F4A7C15ul * (ulong)(seed + 1);
        for (var i = 0; i < count; i++)
        {
            state = (state * 6364136223846793005) + 1442695040888963407;
            numbers[i] = (float)((((state >> 40) / (double)(1 << 24) * 2) - 1) * reach);
        }

        return numbers;
    }

    private static void Close(float[] expected, float[] actual, double share)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, share * Math.Max(1, Math.Abs(pair.First))));
    }
}
