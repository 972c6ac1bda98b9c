using System.Globalization;
using System.IO.Compression;
using FsCheck;
using FsCheck.Fluent;
using ModelOperator.ModelFormat;

namespace ModelOperator.Trainer.Tests;

/// <summary>Networks in 8 bits as files: what is written is read, as before and coded, and what is damaged is refused.</summary>
public sealed class Int8NetworkFileTests
{
    private const int Columns = 6;
    private const int Bomb = 64 << 20;

    // What reading a file may take, exceptions and all, beside a multiple of its length.
    private const long MostAllocated = 4 << 20;

    [Fact]
    public void What_is_coded_is_read_to_the_last_bit_and_predicts_as_it_did_in_memory_and_in_the_older_layout()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var model = Make(seed);
            var (coded, old) = (NetworkFile.Read(NetworkFile.Write(model)), NetworkFile.Read(OlderLayout(model)));
            foreach (var read in new[] { coded, old })
            {
                Assert.Equal(model.Layers.Count, read.Layers.Count);
                foreach (var (layer, original) in read.Layers.Zip(model.Layers))
                {
                    Assert.Equal((original.Inputs, original.Outputs), (layer.Inputs, layer.Outputs));
                    Assert.Equal(original.Int8!.Codes.ToArray(), layer.Int8!.Codes.ToArray());
                    Assert.Equal(original.Int8.Scales.ToArray(), layer.Int8.Scales.ToArray());
                    Assert.Equal(original.Weights.ToArray(), layer.Weights.ToArray());
                    Assert.Equal(original.Biases.ToArray(), layer.Biases.ToArray());
                }

                Assert.Equal(Predict(model).Select(BitConverter.SingleToInt32Bits), Predict(read).Select(BitConverter.SingleToInt32Bits));
            }
        }
    }

    [Fact]
    public void Numbers_that_16_bits_do_not_hold_are_written_in_32()
    {
        var layer = new NetworkLayer(2, 2, new float[] { 0.3f, 0.6f, 0, 0 }, new float[] { 0.1f, 70_000 }) { Int8 = new Int8Weights(new sbyte[] { 1, 2, 0, 0 }, new float[] { 0.3f, 1 }) };
        var read = NetworkFile.Read(NetworkFile.Write(new NetworkModel([.. Enumerable.Range(0, 2).Select(static i => new ScaledColumn(i, null, 0, 1))], [layer], 0, 1))).Layers[0];
        Assert.Equal([0.3f, 1f], read.Int8!.Scales.ToArray());
        Assert.Equal([0.1f, 70_000f], read.Biases.ToArray());
    }

    [Fact]
    public void Weights_that_gather_around_zero_take_less_than_a_byte_each()
    {
        var random = new Random(1);
        var weights = Enumerable.Range(0, 256 * 128).Select(_ => (float)(random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5)).ToArray();
        var layers = NetworkRounding.ToInt8(new NetworkModel([], [new NetworkLayer(256, 128, weights, new float[128])], 0, 1)).Layers;
        Assert.InRange(Int8NetworkFile.Tensors(layers).Single(static tensor => tensor.Name == "layers.code").Content.Length, 0.8 * weights.Length, 0.97 * weights.Length);
    }

    [Theory]
    [InlineData("few", "network.safetensors: layers.code holds 113 codes where the layers have 114 weights")]
    [InlineData("many", "network.safetensors: layers.code holds more codes where the layers have 114 weights")]
    [InlineData("bomb", "network.safetensors: layers.code holds more codes where the layers have 114 weights")]
    [InlineData("cut", "network.safetensors: layers.code ")]
    [InlineData("sum", "network.safetensors: layers.code is damaged: ")]
    [InlineData("more", "network.safetensors: layers.code is damaged: its check sum is ")]
    [InlineData("dictionary", "network.safetensors: layers.code is damaged: ")]
    [InlineData("text", "network.safetensors: layers.code is damaged: ")]
    [InlineData("empty", "network.safetensors: layers.code has 0 bytes for 114 weights, less than a bit each")]
    [InlineData("outputs 9,6,0", "network.safetensors: layers.outputs names 3 layers, expected 1 to 64 of one output or more each")]
    [InlineData("outputs 9,-6,1", "network.safetensors: layers.outputs names 3 layers, expected 1 to 64 of one output or more each")]
    [InlineData("outputs ", "network.safetensors: layers.outputs names 0 layers, expected 1 to 64 of one output or more each")]
    [InlineData("outputs 9,6,5", "network.safetensors: tensor layers.scale has another type, shape or length than it should have")]
    [InlineData("outputs 300000000,1", "network.safetensors: tensor layers.scale has another type, shape or length than it should have")]
    [InlineData("outputs 2147483647,2147483647", "network.safetensors: layers.outputs names layers of more than 2147483591 weights")]
    [InlineData("wide", "network.safetensors: layers.code has 5000 bytes for 999007000 weights, less than a bit each")]
    public void What_is_damaged_or_does_not_fit_is_refused_and_takes_no_memory(string harm, string message)
    {
        var file = Harmed(harm);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var failure = Assert.Throws<ModelFormatException>(() => NetworkFile.Read(file));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostAllocated + (4 * file.Length));
        Assert.StartsWith(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_shorter_stream_is_refused()
    {
        var tensors = Tensors(Make(3));
        var code = tensors.Find(static tensor => tensor.Name == "layers.code")!;
        for (var length = 0; length < code.Content.Length; length++)
            Assert.Throws<ModelFormatException>(() => NetworkFile.Read(File(With(tensors, code with { Shape = [length], Content = code.Content[..length] }))));
    }

    [Fact]
    public void Random_changes_are_refused_or_read_and_never_take_more_memory_than_the_file_accounts_for()
    {
        var good = NetworkFile.Write(Make(3));
        var changes =
            from at in Gen.Choose(0, good.Length - 1)
            from length in Gen.Elements(0, 0, 1, 1, 2, 4, 40, 400)
            from put in ArbMap.Default.GeneratorFor<byte[]>()
            select (byte[])[.. good[..at], .. put, .. good[Math.Min(good.Length, at + length)..]];
        Prop.ForAll(changes.ToArbitrary(), file =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                _ = Predict(NetworkFile.Read(file));
            }
            catch (ModelFormatException)
            {
                // As it should.
            }

            return GC.GetAllocatedBytesForCurrentThread() - before < MostAllocated;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1500));
    }

    [Fact]
    public void The_older_layout_without_its_scales_is_refused()
    {
        var text = System.Text.Encoding.Latin1.GetString(OlderLayout(Make(3)));
        var broken = System.Text.Encoding.Latin1.GetBytes(text.Replace("layers.0.scale", "layers.0.scalf", StringComparison.Ordinal));
        var failure = Assert.Throws<ModelFormatException>(() => NetworkFile.Read(broken, "network-int8.safetensors"));
        Assert.Equal("network-int8.safetensors: there is no tensor layers.0.scale", failure.Message);
    }

    // 6 columns to 9, 6 and 1 outputs: 54 + 54 + 6 weights.
    private static byte[] Harmed(string harm)
    {
        var tensors = Tensors(Make(3));
        var weights = new byte[114];
        new Random(1).NextBytes(weights);
        return harm.Split(' ') switch
        {
            ["outputs", var counts] => File(With(tensors, Tensor.Of<int>(
                "layers.outputs", "I32", [.. counts.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(static count => int.Parse(count, CultureInfo.InvariantCulture))]))),
            ["wide"] => File(With(With(With(With(
                tensors, Tensor.Of<int>("layers.outputs", "I32", [1000, 999_001])), Tensor.Of<ushort>("layers.scale", "BF16", new ushort[1_000_001])), Tensor.Of<Half>("layers.bias", "F16", new Half[1_000_001])), Code(new byte[5000]))),
            var other => File(With(tensors, Code(other[0] switch
            {
                "few" => Coded(weights[1..]),
                "many" => Coded([.. weights, 0]),
                "bomb" => Coded(new byte[Bomb]),
                "cut" => Coded(weights)[..^5],
                "sum" => [.. Coded(weights)[..^1], 77],
                "more" => [.. Coded(weights), 0],
                // Its header says that a dictionary was agreed on.
                "dictionary" => [0x78, 0x20, .. weights[..40]],
                "text" => "what is this, if not text"u8.ToArray(),
                _ => [],
            }))),
        };
    }

    private static Tensor Code(byte[] content) => Tensor.Of<byte>("layers.code", "U8", content);

    private static byte[] Coded(byte[] codes)
    {
        using var coded = new MemoryStream();
        using (var stream = new ZLibStream(coded, CompressionLevel.Optimal))
            stream.Write(codes);
        return coded.ToArray();
    }

    private static List<Tensor> With(List<Tensor> tensors, Tensor changed) => [.. tensors.Select(tensor => tensor.Name == changed.Name ? changed : tensor)];

    private static byte[] File(List<Tensor> tensors) => TensorFile.Write([], tensors);

    private static List<Tensor> Tensors(NetworkModel model) => [.. Around(model), .. Int8NetworkFile.Tensors(model.Layers)];

    private static IEnumerable<Tensor> Around(NetworkModel model) =>
    [
        Tensor.Of<double>("columns.mean", "F64", [.. model.Columns.Select(static column => column.Mean)]),
        Tensor.Of<double>("columns.scale", "F64", [.. model.Columns.Select(static column => column.Scale)]),
        Tensor.Of<double>("output.mean", "F64", [model.OutputMean]),
        Tensor.Of<double>("output.scale", "F64", [model.OutputScale]),
        Tensor.Of<int>("columns.feature", "I32", [.. model.Columns.Select(static column => column.Feature)]),
        Tensor.Of<int>("columns.category", "I32", [.. model.Columns.Select(static column => column.Category ?? -1)]),
    ];

    // As trainers wrote it before: each layer's codes byte by byte, its scales and biases in 32 bits.
    private static byte[] OlderLayout(NetworkModel model) => TensorFile.Write(
        [("format", "modelop/torch-v1"), ("activation", "relu")],
        [
            .. Around(model),
            .. model.Layers.Index().SelectMany(static at => new[]
            {
                Tensor.Of($"layers.{at.Index}.scale", "F32", at.Item.Int8!.Scales.Span),
                Tensor.Of($"layers.{at.Index}.bias", "F32", at.Item.Biases.Span),
            }),
            .. model.Layers.Index().Select(static at => Tensor.Of($"layers.{at.Index}.weight", "I8", at.Item.Int8!.Codes.Span, at.Item.Outputs, at.Item.Inputs)),
        ]);

    private static NetworkModel Make(int seed)
    {
        var random = new Random(seed);
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))];
        int[] widths = seed == 3 ? [9, 6, 1] : [1 + random.Next(70), 1 + random.Next(40), 1 + random.Next(4)];
        List<NetworkLayer> layers = [];
        var inputs = Columns;
        foreach (var width in widths)
        {
            layers.Add(new NetworkLayer(inputs, width, Numbers(inputs * width), Numbers(width)));
            inputs = width;
        }

        return NetworkRounding.ToInt8(new NetworkModel([.. Enumerable.Range(0, Columns).Select(static i => new ScaledColumn(i, null, 0.1, 2))], layers, 3, 2));
    }

    private static float[] Predict(NetworkModel model)
    {
        var scorer = new NetworkScorer(model, new int[Columns], TargetType.Regression, model.Layers.Count > 0 ? model.Layers[^1].Outputs : 1);
        var predictions = new float[20 * scorer.Outputs];
        scorer.Predict([.. Enumerable.Range(0, 20 * Columns).Select(static i => ((i * 7919 % 1000) - 500) / 900f)], predictions);
        return predictions;
    }
}
