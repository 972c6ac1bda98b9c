using System.Collections;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ModelOperator.ModelFormat;
using ModelOperator.Server.Hosting;

namespace ModelOperator.Server.Tests;

/// <summary>Variants of a version as the server answers for them.</summary>
public sealed class VariantsServedTests
{
    private static readonly List<(float Size, int Grade, float Age)> Rows = ToyRows.Make(200);

    [Theory]
    [InlineData("y", "LEARNER=Network,EPOCHS=5,HIDDEN_LAYERS=50;33", "int8", "network")]
    [InlineData("level", "OBJECTIVE=Multiclass,LEARNER=Network,EPOCHS=5,HIDDEN_LAYERS=20;20", "int8", "network")]
    [InlineData("high", "OBJECTIVE=Binary,LEARNER=Network,EPOCHS=5,HIDDEN_LAYERS=9", "fp16", "network")]
    [InlineData("y", "", "prune", "trees")]
    [InlineData("y", "", "round", "trees")]
    [InlineData("high", "OBJECTIVE=Binary,MAX_LOSS=0.02", "prune-round", "trees")]
    [InlineData("level", "OBJECTIVE=Multiclass,SUBSAMPLE=0.7", "prune-round", "trees")]
    [InlineData("y", "LEARNER=RandomForest,TREES=40", "prune-round", "trees")]
    public async Task Predictions_of_a_variant_equal_the_trainer_s_of_this_variant_to_1e_5(string target, string settings, string variant, string predictor)
    {
        await using var server = await ServerHarness.StartAsync(options => Of(options, variant), Settings(target, settings));
        var info = (await server.GetAsync("/model/info")).Body;
        Assert.Equal((variant, predictor), (info.GetProperty("variant").GetString(), info.GetProperty("predictor").GetString()));
        var bundle = await ModelBundle.LoadAsync(server.ModelDirectory, variant, CancellationToken.None);
        Assert.Equal(bundle.Document.Metrics.Keys.Count(name => name.StartsWith("validation_", StringComparison.Ordinal)), bundle.Document.Variants![0].Metrics.Count);
        var grades = bundle.Document.Features[1].Categories!;
        var classes = bundle.Document.Target.Type == TargetType.Multiclass ? bundle.Document.Target.Classes : null;
        var actual = await ToyRows.AskAsync(server, bundle, Rows);
        ToyRows.Close(Expected(bundle), actual);
        Assert.True(actual.Distinct().Count() > 3);
        Assert.Equal(actual[0], (await OneAsync(server, grades)), 1e-5 * Math.Max(1, Math.Abs(actual[0])));
        async Task<double> OneAsync(ServerHarness one, List<string> names)
        {
            var (row, first) = (Rows[0], (await one.PostAsync("/predict", $$$"""{"features":{"age":null,"grade":"{{{names[Rows[0].Grade]}}}","size":0}}""")).Body);
            Assert.True(row.Size == 0 && float.IsNaN(row.Age));
            return classes is null ? first.GetProperty("prediction").GetDouble() : first.GetProperty("probabilities").GetProperty(classes[0]).GetDouble();
        }
    }

    [Theory]
    [InlineData("int8", null, "model.json has no variant 'int8', there are round")]
    [InlineData("round", "predictions", "this server would answer wrongly")]
    [InlineData("round", "digest", "trees-round.safetensors has digest")]
    [InlineData("round", "file", "variant 'round' has file '../booster.ubj', which is no plain file name")]
    [InlineData("round", "format", "variant 'round' has format 'modelop/other'")]
    [InlineData("round", "rows", "variant 'round' does not have 1 predictions for each of 8 samples")]
    public async Task A_variant_that_is_not_there_or_not_sound_is_not_served(string variant, string? harm, string message)
    {
        var folder = await ServerHarness.TrainAsync(("OPTIMISE", "Round"), ("MAX_LOSS", "1"));
        var options = Of(ServerHarness.Options(folder), variant) with { TerminationLog = Path.Combine(folder, "log") };
        var file = Path.Combine(options.Models[0].Directory, "model.json");
        var document = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        var changed = document["variants"]![0]!;
        switch (harm)
        {
            case "predictions": changed["predictions"]![3]![0] = 12345.5; break;
            case "digest": changed["digest"] = "sha256:00"; break;
            case "file": changed["file"] = "../booster.ubj"; break;
            case "format": changed["format"] = "modelop/other"; break;
            case "rows": changed["predictions"]!.AsArray().RemoveAt(0); break;
        }

        await File.WriteAllTextAsync(file, document.ToJsonString());
        Assert.Equal(65, await ServerHost.RunAsync(options, TimeProvider.System));
        Assert.Contains(message, await File.ReadAllTextAsync(options.TerminationLog), StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Coded_weights_that_are_damaged_are_not_served_though_their_digest_is_right()
    {
        var folder = await ServerHarness.TrainAsync(Settings("y", "LEARNER=Network,EPOCHS=2"));
        var options = Of(ServerHarness.Options(folder), "int8") with { TerminationLog = Path.Combine(folder, "log") };
        var (weights, file) = (Path.Combine(options.Models[0].Directory, "network-int8.safetensors"), Path.Combine(options.Models[0].Directory, "model.json"));
        var bytes = await File.ReadAllBytesAsync(weights);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(weights, bytes);
        var document = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        var variant = document["variants"]!.AsArray().Single(static one => one!["name"]!.GetValue<string>() == "int8")!;
        Assert.Equal("modelop/network-int8-v1", variant["format"]!.GetValue<string>());
        variant["digest"] = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));
        await File.WriteAllTextAsync(file, document.ToJsonString());
        Assert.Equal(65, await ServerHost.RunAsync(options, TimeProvider.System));
        Assert.Contains("network-int8.safetensors: layers.code is damaged", await File.ReadAllTextAsync(options.TerminationLog), StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_model_without_variants_says_so_and_one_with_them_is_served_itself_by_default()
    {
        var folder = await ServerHarness.TrainAsync();
        var options = Of(ServerHarness.Options(folder), "int8") with { TerminationLog = Path.Combine(folder, "log") };
        Assert.Equal(65, await ServerHost.RunAsync(options, TimeProvider.System));
        Assert.Contains("model.json has no variant 'int8', it has none", await File.ReadAllTextAsync(options.TerminationLog), StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
        await using var server = await ServerHarness.StartAsync(("OPTIMISE", "Round"));
        Assert.False((await server.GetAsync("/model/info")).Body.TryGetProperty("variant", out _));
        Assert.Equal("int8", ServerOptions.Read(new Hashtable
        {
            ["MODELOP_MODEL_NAME"] = "m",
            ["MODELOP_MODEL_VERSION"] = "m-1",
            ["MODELOP_MODEL_DIR"] = "/m",
            ["MODELOP_MODEL_VARIANT"] = "int8",
        }).Models[0].Variant);
    }

    private static ServerOptions Of(ServerOptions options, string variant) => options with { Models = [options.Models[0] with { Variant = variant }] };

    private static (string, string)[] Settings(string target, string settings) => ToyRows.Settings(target, "OPTIMISE=Auto,MAX_LOSS=0.3," + settings);

    // Trees walked from the root, and 16 bits summed, one number at a time; 8 bits by the trainer's own code, whose formula the trainer's tests check.
    private static double[] Expected(ModelBundle bundle)
    {
        var values = ToyRows.Values(Rows);
        var target = bundle.Document.Target;
        if (bundle.Variant == "int8")
        {
            var predictions = new float[Rows.Count * target.Outputs];
            NetworkScorer.Read(bundle).Predict(values, predictions);
            return Array.ConvertAll(predictions, static prediction => (double)prediction);
        }

        if (bundle.Document.Format == ModelDocument.NetworkFormatName)
        {
            var network = NetworkFile.Read(bundle.Learned);
            return [.. values.Chunk(3).SelectMany(row => LearnersServedTests.Linked(LearnersServedTests.ByFormula(network, row), target))];
        }

        var trees = TreesFile.Read(bundle.Learned, target.Type);
        return [.. values.Chunk(3).SelectMany(row => LearnersServedTests.Linked(Walk(trees, row), target))];
    }

    private static double[] Walk(TreesModel model, float[] row)
    {
        var sums = Enumerable.Repeat((double)model.BaseMargin, model.Outputs).ToArray();
        foreach (var tree in model.Trees)
        {
            var node = 0;
            while (tree.Slots.Span[node] is var slot && slot / 2 < model.Columns)
            {
                var value = row[slot / 2];
                var right = float.IsNaN(value) ? slot % 2 == 1 : value >= tree.Values.Span[node];
                var splitsBefore = tree.Slots.Span[..node].ToArray().Count(other => other / 2 < model.Columns);
                node = (2 * splitsBefore) + (right ? 2 : 1);
            }

            sums[tree.Class] += tree.Values.Span[node];
        }

        return sums;
    }
}
