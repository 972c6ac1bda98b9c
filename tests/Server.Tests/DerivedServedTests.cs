using System.Globalization;
using ModelOperator.ModelFormat;

namespace ModelOperator.Server.Tests;

/// <summary>Features that the server works out as the trainer did; clients send only what these follow from.</summary>
public sealed class DerivedServedTests
{
    private const string Derive = "area = size * size; old = if(age > 8, log(age), -area); shape = pow(area, 0.3) / (size + 1)";

    private static readonly List<(float Size, int Grade, float Age)> Rows =
        [.. Enumerable.Range(0, 120).Select(i => (i * 7 % 83 / 21f, i * 5 % 4, i % 9 == 0 ? float.NaN : i % 17))];

    [Theory]
    [InlineData("trees", "")]
    [InlineData("trees", "LEARNER=RandomForest,TREES=20")]
    [InlineData("linear", "LEARNER=Linear")]
    [InlineData("network", "LEARNER=Network,EPOCHS=5,HIDDEN_LAYERS=20")]
    public async Task Predictions_equal_the_trainer_s_in_every_form_of_a_request(string predictor, string settings)
    {
        await using var server = await ServerHarness.StartAsync(Settings(settings));
        Assert.Equal(predictor, (await server.GetAsync("/model/info")).Body.GetProperty("predictor").GetString());
        var bundle = await ModelBundle.LoadAsync(server.ModelDirectory, CancellationToken.None);
        var expected = LearnersServedTests.Expected(bundle, [.. Rows.SelectMany(Values)]);
        Assert.True(expected.Distinct().Count() > 20);
        var grades = bundle.Document.Features[1].Categories!;
        var objects = Rows.ConvertAll(row => $$"""{"age":{{Number(row.Age)}},"grade":"{{grades[row.Grade]}}","size":{{Number(row.Size)}}}""");
        var (status, reply) = await server.PostAsync("/predict/batch", $$"""{"instances":[{{string.Join(',', objects)}}]}""");
        Assert.Equal(200, status);
        AssertClose(expected, [.. reply.GetProperty("predictions").EnumerateArray().Select(item => item.GetProperty("prediction").GetDouble())]);
        foreach (var row in Enumerable.Range(0, 10))
        {
            (status, reply) = await server.PostAsync("/predict", $$"""{"features":{{objects[row]}}}""");
            Assert.Equal(200, status);
            AssertClose([expected[row]], [reply.GetProperty("prediction").GetDouble()]);
        }

        AssertClose(expected, await InferAsync(server, $$"""
            {"name":"size","datatype":"FP64","shape":[120],"data":[{{string.Join(',', Rows.Select(row => Number(row.Size)))}}]},
            {"name":"age","datatype":"FP64","shape":[120],"data":[{{string.Join(',', Rows.Select(row => Number(row.Age)))}}]},
            {"name":"grade","datatype":"BYTES","shape":[120],"data":[{{string.Join(',', Rows.Select(row => $"\"{grades[row.Grade]}\""))}}]}
            """));
        AssertClose(expected, await InferAsync(server, $$"""
            {"name":"x","datatype":"FP64","shape":[120,3],"data":[{{string.Join(',', Rows.Select(row => $"{Number(row.Size)},{row.Grade},{Number(row.Age)}"))}}]}
            """));
    }

    [Fact]
    public async Task Clients_are_told_of_what_they_send_alone()
    {
        await using var server = await ServerHarness.StartAsync(Settings(""));
        var (_, metadata) = await server.GetAsync("/v2/models/toys");
        Assert.Equal(["size", "grade", "age"], metadata.GetProperty("inputs").EnumerateArray().Select(input => input.GetProperty("name").GetString()));
        var (_, info) = await server.GetAsync("/model/info");
        Assert.Equal("size * size", info.GetProperty("features")[3].GetProperty("derived").GetString());
        var (status, reply) = await server.PostAsync("/predict", """{"features": {"size": 1.5, "grade": "good", "age": 3, "area": 2.25}}""");
        Assert.Equal((422, "unknown feature 'area'; the model takes size, grade, age"), (status, reply.GetProperty("error").GetString()));
        (status, reply) = await server.PostAsync("/v2/models/toys/infer", """{"inputs":[{"name":"x","datatype":"FP32","shape":[1,6],"data":[1,2,3,4,5,6]}]}""");
        Assert.Equal((422, "input 'x' has 6 columns, the model takes 3"), (status, reply.GetProperty("error").GetString()));
    }

    [Fact]
    public async Task Drift_is_counted_of_derived_features_too()
    {
        await using var server = await ServerHarness.StartAsync(Settings(""));
        Assert.Equal(200, (await server.PostAsync("/predict", """{"features": {"size": 100, "grade": "good", "age": 3}}""")).Status);
        await server.CountedAsync(1, """modelop_feature_out_of_range_total{model="toys",version="toys-3",feature="area",side="above"}""");
    }

    [Theory]
    [InlineData("/predict", """{"features": {"size": -1, "grade": "good", "age": 3}}""", "derived")]
    [InlineData("/predict/batch", """{"instances": [{"size": 1, "grade": "good", "age": 3}, {"size": -1, "grade": "good", "age": 3}]}""", "instance 1: derived")]
    [InlineData("/v2/models/toys/infer", """{"inputs":[{"name":"x","datatype":"FP32","shape":[2,3],"data":[1,2,3,-1,2,3]}]}""", "row 1: derived")]
    public async Task A_row_whose_derived_feature_has_no_value_that_training_never_lacked_is_refused(string path, string body, string message)
    {
        await using var server = await ServerHarness.StartAsync([("DERIVE", "root = sqrt(size)")]);
        var (status, reply) = await server.PostAsync(path, body);
        Assert.Equal(422, status);
        Assert.Equal(
            $"{message} feature 'root' (sqrt(size)) has no finite value for this row, and the model was trained without missing values for it",
            reply.GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_variant_derives_too()
    {
        await using var server = await ServerHarness.StartAsync(
            options => options with { Models = [options.Models[0] with { Variant = "round" }] }, ("DERIVE", Derive), ("OPTIMISE", "Round"), ("MAX_LOSS", "0.5"));
        var (status, reply) = await server.PostAsync("/predict", """{"features": {"size": 1.5, "grade": "good", "age": 3}}""");
        Assert.Equal(200, status);
        Assert.True(double.IsFinite(reply.GetProperty("prediction").GetDouble()));
        Assert.Equal("round", (await server.GetAsync("/model/info")).Body.GetProperty("variant").GetString());
    }

    private static (string, string)[] Settings(string settings) =>
    [
        ("DERIVE", Derive),
        .. settings.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(pair => (pair.Split('=')[0], pair.Split('=')[1])),
        .. settings.Length > 0 ? new[] { ("ROUNDS", "") } : [],
    ];

    // By hand, each in 64 bits and kept in 32.
    private static float[] Values((float Size, int Grade, float Age) row)
    {
        var area = (float)((double)row.Size * row.Size);
        var old = float.IsNaN(row.Age) ? float.NaN : (float)(row.Age > 8 ? Math.Log(row.Age) : -area);
        return [row.Size, row.Grade, row.Age, area, old, (float)(Math.Pow(area, 0.3) / (row.Size + 1d))];
    }

    private static async Task<double[]> InferAsync(ServerHarness server, string inputs)
    {
        var (status, reply) = await server.PostAsync("/v2/models/toys/infer", $$"""{"inputs":[{{inputs}}]}""");
        Assert.Equal(200, status);
        return [.. reply.GetProperty("outputs")[0].GetProperty("data").EnumerateArray().Select(static value => value.GetDouble())];
    }

    private static string Number(float value) => float.IsNaN(value) ? "null" : value.ToString("R", CultureInfo.InvariantCulture);

    private static void AssertClose(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5 * Math.Max(1, Math.Abs(pair.First))));
    }
}
