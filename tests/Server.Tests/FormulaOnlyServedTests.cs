using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using ModelOperator.ModelFormat;

namespace ModelOperator.Server.Tests;

/// <summary>Columns that only formulas read: clients send them, and what was learned has no column for them.</summary>
public sealed class FormulaOnlyServedTests
{
    private const string Derive = "area = size * size; old = if(age > 8, log(age), -area)";

    private static readonly List<(float Size, float Age)> Rows = [.. Enumerable.Range(0, 60).Select(i => (i * 7 % 83 / 21f, i % 9 == 0 ? float.NaN : i % 17))];

    // Definitions and what they are by hand, of size and age, in 64 bits and kept in 32.
    private static readonly (string Text, Func<double, double, double> Value)[] Formulas =
    [
        ("size * size", static (size, _) => size * size),
        ("size / (age + 1)", static (size, age) => size / (age + 1)),
        ("log(age + 0.5) - size", static (size, age) => Math.Log(age + 0.5) - size),
        ("if(age > 8, size, -age)", static (size, age) => age > 8 ? size : -age),
        ("max(size, age) * pow(size + 1, 0.3)", static (size, age) => Math.Max(size, age) * Math.Pow(size + 1, 0.3)),
        ("abs(age - 2 * size)", static (size, age) => Math.Abs(age - (2 * size))),
    ];

    [Theory]
    [InlineData("trees", "")]
    [InlineData("trees", "LEARNER=RandomForest,TREES=20")]
    [InlineData("linear", "LEARNER=Linear")]
    [InlineData("network", "LEARNER=Network,EPOCHS=5,HIDDEN_LAYERS=20")]
    public async Task Predictions_equal_the_trainer_s_in_every_form_of_a_request(string predictor, string settings)
    {
        await using var server = await ServerHarness.StartAsync([("DERIVE", Derive), ("DROP_COLUMNS", "size"), ("FEATURES", "age,size"), ("ROUNDS", ""), .. Split(settings)]);
        var (_, info) = await server.GetAsync("/model/info");
        Assert.Equal(predictor, info.GetProperty("predictor").GetString());
        Assert.True(info.GetProperty("features")[1].GetProperty("formulaOnly").GetBoolean());
        var (_, metadata) = await server.GetAsync("/v2/models/toys");
        Assert.Equal(["age", "size"], metadata.GetProperty("inputs").EnumerateArray().Select(input => input.GetProperty("name").GetString()));
        var expected = LearnersServedTests.Expected(await ModelBundle.LoadAsync(server.ModelDirectory, CancellationToken.None), [.. Rows.SelectMany(static row => Learned(row, Derived))]);
        Assert.True(expected.Distinct().Count() > 10);
        var objects = Rows.ConvertAll(static row => $$"""{"size":{{Number(row.Size)}},"age":{{Number(row.Age)}}}""");
        var (status, reply) = await server.PostAsync("/predict/batch", $$"""{"instances":[{{string.Join(',', objects)}}]}""");
        Assert.Equal(200, status);
        AssertClose(expected, [.. reply.GetProperty("predictions").EnumerateArray().Select(static item => item.GetProperty("prediction").GetDouble())]);
        (status, reply) = await server.PostAsync("/predict", $$"""{"features":{{objects[1]}}}""");
        Assert.Equal(200, status);
        AssertClose([expected[1]], [reply.GetProperty("prediction").GetDouble()]);
        (status, reply) = await server.PostAsync(
            "/v2/models/toys/infer", $$"""{"inputs":[{"name":"x","datatype":"FP64","shape":[60,2],"data":[{{string.Join(',', Rows.Select(static row => $"{Number(row.Age)},{Number(row.Size)}"))}}]}]}""");
        Assert.Equal(200, status);
        AssertClose(expected, [.. reply.GetProperty("outputs")[0].GetProperty("data").EnumerateArray().Select(static value => value.GetDouble())]);
    }

    [Theory]
    [InlineData("""{"size": 1, "age": "old"}""", "feature 'age' is the text 'old', expected a number or null")]
    [InlineData("""{"age": 3}""", "feature 'size' is missing, and the model was trained without missing values for it")]
    [InlineData("""{"size": 1, "age": 3, "grade": "good"}""", "unknown feature 'grade'; the model takes age, size")]
    public async Task They_are_checked_as_other_features_are(string row, string message)
    {
        await using var server = await ServerHarness.StartAsync(("DERIVE", Derive), ("FEATURES", "age"));
        var (status, reply) = await server.PostAsync("/predict", $$"""{"features": {{row}}}""");
        Assert.Equal((422, message), (status, reply.GetProperty("error").GetString()));
    }

    [Fact]
    public async Task Their_drift_is_counted()
    {
        await using var server = await ServerHarness.StartAsync(("DERIVE", Derive), ("FEATURES", "age"));
        Assert.Equal(200, (await server.PostAsync("/predict", """{"features": {"size": 100, "age": 3}}""")).Status);
        await server.CountedAsync(1, """modelop_feature_out_of_range_total{model="toys",version="toys-3",feature="size",side="above"}""");
    }

    [Fact]
    public void Any_formulas_of_any_columns_are_served_as_they_were_trained() => Prop.ForAll(
        (from count in Gen.Choose(1, 4) from formulas in Gen.Elements(Formulas).ArrayOf(count) from features in Gen.Elements("age", "size", "age,size", "") select (formulas, features)).ToArbitrary(),
        static drawn => IsServedAsTrainedAsync(drawn.formulas, drawn.features).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(15));

    private static async Task<bool> IsServedAsTrainedAsync((string Text, Func<double, double, double> Value)[] formulas, string features)
    {
        // Without columns of its own the learner has the derived ones alone.
        (string, string) columns = features.Length == 0 ? ("DROP_COLUMNS", "age,size,grade") : ("FEATURES", features);
        await using var server = await ServerHarness.StartAsync(("LEARNER", "Linear"), ("ROUNDS", ""), columns, ("DERIVE", string.Join(';', formulas.Select(static (formula, index) => $"d{index} = {formula.Text}"))));
        var bundle = await ModelBundle.LoadAsync(server.ModelDirectory, CancellationToken.None);
        var inputs = bundle.Document.Inputs.Select(static feature => feature.Name).ToList();
        var expected = LearnersServedTests.Expected(bundle, [.. Rows.SelectMany(row => features.Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(name => name == "age" ? row.Age : row.Size)
            .Concat(formulas.Select(formula => float.IsNaN(row.Age) && formula.Text.Contains("age", StringComparison.Ordinal) ? float.NaN : (float)formula.Value(row.Size, row.Age))))]);
        var instances = Rows.Select(row => "{" + string.Join(',', inputs.Select(name => $"\"{name}\":{Number(name == "age" ? row.Age : row.Size)}")) + "}");
        var (status, reply) = await server.PostAsync("/predict/batch", $$"""{"instances":[{{string.Join(',', instances)}}]}""");
        Assert.Equal(200, status);
        AssertClose(expected, [.. reply.GetProperty("predictions").EnumerateArray().Select(static item => item.GetProperty("prediction").GetDouble())]);
        return true;
    }

    private static IEnumerable<(string, string)> Split(string settings) =>
        settings.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(static pair => (pair.Split('=')[0], pair.Split('=')[1]));

    private static IEnumerable<float> Learned((float Size, float Age) row, Func<(float Size, float Age), IEnumerable<float>> derived) => [row.Age, .. derived(row)];

    private static IEnumerable<float> Derived((float Size, float Age) row)
    {
        var area = (float)((double)row.Size * row.Size);
        return [area, float.IsNaN(row.Age) ? float.NaN : (float)(row.Age > 8 ? Math.Log(row.Age) : -area)];
    }

    private static string Number(float value) => float.IsNaN(value) ? "null" : value.ToString("R", CultureInfo.InvariantCulture);

    private static void AssertClose(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), static pair => Assert.Equal(pair.First, pair.Second, 1e-5 * Math.Max(1, Math.Abs(pair.First))));
    }
}
