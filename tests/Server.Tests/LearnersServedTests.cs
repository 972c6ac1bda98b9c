using System.Text.Json;
using ModelOperator.ModelFormat;
using ModelOperator.XGBoost;

namespace ModelOperator.Server.Tests;

/// <summary>Every learner and objective of the trainer as the server answers for it.</summary>
public sealed class LearnersServedTests
{
    private const string One = """{"features": {"size": 1.5, "grade": "good", "age": 3}}""";

    private static readonly List<(float Size, int Grade, float Age)> Rows = ToyRows.Make(300);

    [Theory]
    [InlineData("y", "GROW_POLICY=LossGuide,MAX_LEAVES=15", "trees")]
    [InlineData("y", "LEARNER=RandomForest,TREES=20", "trees")]
    [InlineData("y", "LEARNER=Linear,LAMBDA=3", "linear")]
    [InlineData("high", "OBJECTIVE=Binary", "trees")]
    [InlineData("high", "OBJECTIVE=Binary,LEARNER=RandomForest,GROW_POLICY=LossGuide", "trees")]
    [InlineData("high", "OBJECTIVE=Binary,LEARNER=Linear", "linear")]
    [InlineData("level", "OBJECTIVE=Multiclass,SUBSAMPLE=0.7", "trees")]
    [InlineData("level", "OBJECTIVE=Multiclass,LEARNER=RandomForest,TREES=9", "trees")]
    [InlineData("level", "OBJECTIVE=Multiclass,LEARNER=Linear", "linear")]
    [InlineData("y", "LEARNER=Network,EPOCHS=5,HIDDEN_LAYERS=50;33,BATCH_NORM=true,DROPOUT=0.1", "network")]
    [InlineData("high", "OBJECTIVE=Binary,LEARNER=Network,EPOCHS=5,HIDDEN_LAYERS=9", "network")]
    [InlineData("level", "OBJECTIVE=Multiclass,LEARNER=Network,EPOCHS=5,HIDDEN_LAYERS=20;20;20", "network")]
    public async Task Predictions_equal_the_trainer_s_to_1e_5(string target, string settings, string predictor)
    {
        await using var server = await StartAsync(target, settings);
        Assert.Equal(predictor, (await server.GetAsync("/model/info")).Body.GetProperty("predictor").GetString());
        Assert.Equal(
            predictor switch { "linear" => "modelop_linear", "network" => "modelop_network", _ => "xgboost_ubj" },
            (await server.GetAsync("/v2/models/toys")).Body.GetProperty("platform").GetString());
        var bundle = await ModelBundle.LoadAsync(server.ModelDirectory, CancellationToken.None);
        var actual = await ToyRows.AskAsync(server, bundle, Rows);
        ToyRows.Close(Expected(bundle, ToyRows.Values(Rows)), actual);
        Assert.True(actual.Distinct().Count() > 20);
    }

    [Theory]
    [InlineData("")]
    [InlineData(",LEARNER=Linear")]
    public async Task One_row_of_several_classes_is_answered_by_its_label_and_all_probabilities(string learner)
    {
        await using var server = await StartAsync("level", "OBJECTIVE=Multiclass" + learner);
        var (status, reply) = await server.PostAsync("/predict", One);
        Assert.Equal(200, status);
        Assert.StartsWith("toys-3~", reply.GetProperty("id").GetString(), StringComparison.Ordinal);
        var probabilities = reply.GetProperty("probabilities").EnumerateObject().ToDictionary(item => item.Name, item => item.Value.GetDouble());
        Assert.Equal(["0", "1", "2"], probabilities.Keys);
        Assert.Equal(1, probabilities.Values.Sum(), 1e-5);
        Assert.Equal(probabilities.MaxBy(pair => pair.Value).Key, reply.GetProperty("prediction").GetString());
        Assert.Equal("toys-3", reply.GetProperty("version").GetString());
    }

    [Fact]
    public async Task Classes_are_tensors_of_the_inference_protocol()
    {
        await using var server = await StartAsync("level", "OBJECTIVE=Multiclass");
        var (_, single) = await server.PostAsync("/predict", One);
        var (_, metadata) = await server.GetAsync("/v2/models/toys");
        Assert.Equal(
            ["prediction BYTES [-1]", "probabilities FP32 [-1,3]", "prediction_id BYTES [-1]"],
            metadata.GetProperty("outputs").EnumerateArray().Select(Head));
        const string inputs = """ "inputs":[{"name":"x","datatype":"FP32","shape":[2,3],"data":[1.5,2,3,1.5,2,3]}] """;
        var (status, reply) = await server.PostAsync("/v2/models/toys/infer", $$"""{{{inputs}}}""");
        Assert.Equal(200, status);
        var outputs = reply.GetProperty("outputs").EnumerateArray().ToList();
        Assert.Equal(["prediction BYTES [2]", "probabilities FP32 [2,3]", "prediction_id BYTES [2]"], outputs.Select(Head));
        Assert.Equal(single.GetProperty("prediction").GetString(), outputs[0].GetProperty("data")[1].GetString());
        Assert.Equal(6, outputs[1].GetProperty("data").GetArrayLength());
        var (_, some) = await server.PostAsync("/v2/models/toys/infer", $$"""{{{inputs}},"outputs":[{"name":"probabilities"}]}""");
        Assert.Equal("probabilities FP32 [2,3]", Head(Assert.Single(some.GetProperty("outputs").EnumerateArray())));
        var (refused, why) = await server.PostAsync("/v2/models/toys/infer", $$"""{{{inputs}},"outputs":[{"name":"logits"}]}""");
        Assert.Equal(400, refused);
        Assert.Contains("the model has prediction, probabilities and prediction_id", why.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Truths_of_classes_are_labels_and_count_as_right_or_wrong()
    {
        await using var server = await StartAsync("level", "OBJECTIVE=Multiclass");
        var (_, first) = await server.PostAsync("/predict", One);
        var (_, second) = await server.PostAsync("/predict", One);
        var label = first.GetProperty("prediction").GetString()!;
        var wrong = label == "0" ? "1" : "0";
        Assert.Equal(200, (await server.PostAsync("/feedback", $$"""{"id":"{{first.GetProperty("id")}}","truth":"{{wrong}}"}""")).Status);
        // These labels look like numbers, and may be sent as such.
        Assert.Equal(200, (await server.PostAsync("/feedback", $$"""{"id":"{{second.GetProperty("id")}}","truth":{{label}}}""")).Status);
        var (_, third) = await server.PostAsync("/predict", One);
        Assert.Equal(422, (await server.PostAsync("/feedback", $$"""{"id":"{{third.GetProperty("id")}}","truth":7}""")).Status);
        const string labels = "{model=\"toys\",version=\"toys-3\"}";
        Assert.Equal(2, await server.MetricAsync("modelop_feedback_total" + labels));
        Assert.Equal(1, await server.MetricAsync("modelop_feedback_squared_error_sum" + labels));
        Assert.Equal(3, await server.MetricAsync($$"""modelop_prediction_value_bucket{model="toys",version="toys-3",le="{{label}}"}"""));
        Assert.Equal(0, await server.MetricAsync("""modelop_prediction_value_bucket{model="toys",version="toys-3",le="3"}"""));
    }

    [Theory]
    [InlineData("LEARNER=Linear")]
    [InlineData("LEARNER=Network,EPOCHS=2")]
    public async Task A_model_of_sums_answers_the_largest_numbers_that_a_client_may_send(string learner)
    {
        await using var server = await StartAsync("y", learner);
        var (status, reply) = await server.PostAsync("/predict", """{"features": {"size": 3.4e38, "grade": "good", "age": null}}""");
        Assert.Equal(200, status);
        Assert.True(double.IsFinite(reply.GetProperty("prediction").GetDouble()));
    }

    [Theory]
    [InlineData("layers.0.bias", "layers.9.bias", "there is no tensor layers.0.bias")]
    [InlineData("\"F32\"", "\"F16\"", "has another type, shape or length")]
    [InlineData("\"shape\":[128,", "\"shape\":[129,", "has another type, shape or length")]
    [InlineData("\"data_offsets\"", "\"data-offsets\"", "has a malformed header")]
    [InlineData("{", "[", "has a malformed header")]
    public async Task A_network_that_does_not_fit_its_file_is_refused(string part, string instead, string message)
    {
        var bundle = await TrainedAsync("LEARNER=Network,EPOCHS=1");
        var failure = Assert.Throws<ModelFormatException>(() => NetworkScorer.Read(Changed(bundle, part, instead)));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        for (var length = 0; length < bundle.Learned.Length; length += 997)
            Assert.Throws<ModelFormatException>(() => NetworkScorer.Read(bundle with { Learned = bundle.Learned[..length] }));
    }

    [Theory]
    [InlineData("\"intercepts\": [", "\"intercepts\": [1,", "needs 1 finite intercepts")]
    [InlineData("\"feature\": 2", "\"feature\": 9", "has a column of feature 9 of 3")]
    [InlineData("\"feature\": 2", "\"feature\": 1", "that does not fit the feature's type")]
    [InlineData("{", "", "linear.json is malformed")]
    public async Task Coefficients_that_do_not_fit_the_model_are_refused(string part, string instead, string message)
    {
        var bundle = await TrainedAsync("LEARNER=Linear");
        var failure = Assert.Throws<ModelFormatException>(() => LinearScorer.Read(Changed(bundle, part, instead)));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    private static async Task<ModelBundle> TrainedAsync(string settings)
    {
        var folder = await ServerHarness.TrainAsync(ToyRows.Settings("y", settings));
        var bundle = await ModelBundle.LoadAsync(Path.Combine(folder, "output", "model"), CancellationToken.None);
        Directory.Delete(folder, recursive: true);
        return bundle;
    }

    // The first place with this text has another; one byte is one character, and back.
    private static ModelBundle Changed(ModelBundle bundle, string part, string instead)
    {
        var text = System.Text.Encoding.Latin1.GetString(bundle.Learned.Span);
        var at = text.IndexOf(part, StringComparison.Ordinal);
        Assert.True(at >= 0);
        return bundle with { Learned = System.Text.Encoding.Latin1.GetBytes(text[..at] + instead + text[(at + part.Length)..]) };
    }

    private static Task<ServerHarness> StartAsync(string target, string settings) => ServerHarness.StartAsync(ToyRows.Settings(target, settings));

    // Trees by libxgboost; linear models and networks by the formulas that the format's documentation gives.
    internal static double[] Expected(ModelBundle bundle, float[] values)
    {
        var columns = bundle.Document.Columns.Count();
        if (bundle.Document.LearnedFormat == ModelDocument.LinearFormatName)
            return [.. values.Chunk(columns).SelectMany(row => ByFormula(JsonElement.Parse(bundle.Learned.Span), row, bundle.Document.Target))];
        if (bundle.Document.LearnedFormat == ModelDocument.NetworkFormatName)
        {
            var model = NetworkFile.Read(bundle.Learned);
            return [.. values.Chunk(columns).SelectMany(row => Linked(ByFormula(model, row), bundle.Document.Target))];
        }

        using var booster = Booster.Load(bundle.Learned.Span);
        using var matrix = DMatrix.FromDense(values, columns, new float[values.Length / columns], 1);
        return [.. booster.Predict(matrix).Select(value => (double)value)];
    }

    private static IEnumerable<double> ByFormula(JsonElement linear, float[] row, TargetDocument target)
    {
        var sums = linear.GetProperty("intercepts").EnumerateArray().Select(value => value.GetDouble()).ToArray();
        foreach (var column in linear.GetProperty("columns").EnumerateArray())
        {
            double value = row[column.GetProperty("feature").GetInt32()];
            if (double.IsNaN(value))
                continue;
            if (column.TryGetProperty("category", out var category))
                value = value == category.GetInt32() ? 1 : 0;
            for (var output = 0; output < sums.Length; output++)
                sums[output] += column.GetProperty("coefficients")[output].GetDouble() * (value - column.GetProperty("mean").GetDouble()) / column.GetProperty("scale").GetDouble();
        }

        return Linked(sums, target);
    }

    internal static double[] ByFormula(NetworkModel model, float[] row)
    {
        var values = model.Columns.Select(column => float.IsNaN(row[column.Feature])
            ? 0
            : ((column.Category is { } code ? (row[column.Feature] == code ? 1 : 0) : row[column.Feature]) - column.Mean) / column.Scale).ToArray();
        foreach (var layer in model.Layers)
        {
            values = [.. layer.Biases.ToArray().Select((bias, output) => bias + values.Select((value, input) => value * layer.Weights.Span[(output * layer.Inputs) + input]).Sum())];
            if (layer != model.Layers[^1])
                values = [.. values.Select(value => Math.Max(0, value))];
        }

        return [.. values.Select(value => (value * model.OutputScale) + model.OutputMean)];
    }

    internal static IEnumerable<double> Linked(double[] sums, TargetDocument target) => target.Type switch
    {
        TargetType.Regression => sums,
        TargetType.Binary => [1 / (1 + Math.Exp(-sums[0]))],
        _ => sums.Select(sum => Math.Exp(sum) / sums.Sum(Math.Exp)),
    };

    private static string Head(JsonElement tensor) =>
        $"{tensor.GetProperty("name").GetString()} {tensor.GetProperty("datatype").GetString()} {tensor.GetProperty("shape").GetRawText()}";
}
