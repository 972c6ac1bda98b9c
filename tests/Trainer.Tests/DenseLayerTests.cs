using ModelOperator.ModelFormat;

namespace ModelOperator.Trainer.Tests;

/// <summary>Both widths of a layer's sums, beside sums that can be read. A processor without AVX-512 makes those of 16 lanes out of narrower ones.</summary>
public sealed class DenseLayerTests
{
    private static readonly int[] Counts = [1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 13, 15, 16, 20, 23, 32, 37];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Sums_have_the_bits_of_products_added_one_by_one_in_the_order_of_the_inputs(bool wide)
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var (inputs, units, rectified) = (1 + random.Next(90), 1 + random.Next(100), seed % 2 == 0);
            var layer = new NetworkLayer(inputs, units, Numbers(random, inputs * units), Numbers(random, units));
            var sums = new DenseLayer(layer, rectified, wide);
            Assert.Equal((units + 31) / 32 * 32, sums.Width);
            foreach (var rows in Counts)
            {
                var stride = inputs + random.Next(3);
                var values = Numbers(random, ((rows - 1) * stride) + inputs);
                // One number more, which must stay.
                var outputs = new float[(rows * sums.Width) + 1];
                outputs.AsSpan().Fill(77);
                sums.Apply(values, stride, outputs, rows);
                Assert.Equal(Expected(layer, rectified, values, stride, rows, sums.Width).Append(77).Select(BitConverter.SingleToInt32Bits), outputs.Select(BitConverter.SingleToInt32Bits));
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rows_that_are_not_all_there_are_refused(bool wide)
    {
        var sums = new DenseLayer(new NetworkLayer(5, 3, new float[15], new float[3]), true, wide);
        foreach (var rows in Counts)
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => sums.Apply(new float[(rows * 5) - 1], 5, new float[rows * 32], rows));
            Assert.ThrowsAny<ArgumentException>(() => sums.Apply(new float[rows * 5], 5, new float[(rows * 32) - 1], rows));
        }
    }

    private static IEnumerable<float> Expected(NetworkLayer layer, bool rectified, float[] values, int stride, int rows, int width)
    {
        for (var row = 0; row < rows; row++)
        {
            for (var output = 0; output < width; output++)
            {
                var sum = output < layer.Outputs ? layer.Biases.Span[output] : 0;
                for (var input = 0; output < layer.Outputs && input < layer.Inputs; input++)
                {
                    var product = values[(row * stride) + input] * layer.Weights.Span[(output * layer.Inputs) + input];
                    sum += product;
                }

                yield return rectified ? MathF.Max(sum, 0) : sum;
            }
        }
    }

    // Of sizes that make the order of additions matter.
    private static float[] Numbers(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-4, 5))))];
}
