using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelOperator.ModelFormat;
using ModelOperator.Server.Http;
using ModelOperator.Server.Rows;

namespace ModelOperator.Server.Tests;

public sealed class UnknownCategoryTests
{
    private const string Poor = """{"features": {"size": 1, "grade": "poor", "age": 3}}""";

    [Theory]
    [InlineData("Reject", 422, "has unknown category 'poor'")]
    [InlineData("Fail", 500, "the model cannot score category 'poor' of feature 'grade'")]
    public async Task A_category_that_the_filtered_training_lacked_is_refused_as_the_model_says(string policy, int status, string message)
    {
        await using var server = await ServerHarness.StartAsync(("ROW_FILTER", "grade!=poor"), ("UNKNOWN_CATEGORY", policy));
        var (actual, reply) = await server.PostAsync("/predict", Poor);
        Assert.Equal(status, actual);
        Assert.Contains(message, reply.GetProperty("error").GetString(), StringComparison.Ordinal);
        await server.CountedAsync(1, $$"""modelop_predictions_total{model="toys",version="toys-3",code="{{status}}"}""");
        Assert.Equal(200, (await server.PostAsync("/predict", Poor.Replace("poor", "good", StringComparison.Ordinal))).Status);
    }

    [Theory]
    [InlineData("/predict", Poor)]
    [InlineData("/predict/batch", """{"instances": [{"size": 1, "grade": "poor", "age": 3}]}""")]
    [InlineData("/v2/models/toys/infer", """{"inputs":[{"name":"grade","shape":[1],"datatype":"BYTES","data":["poor"]},{"name":"size","shape":[1],"datatype":"FP32","data":[1]},{"name":"age","shape":[1],"datatype":"FP32","data":[1]}]}""")]
    public async Task The_client_is_told_the_category_and_the_log_is_not(string path, string body)
    {
        await using var server = await ServerHarness.StartAsync(("ROW_FILTER", "grade!=poor"), ("UNKNOWN_CATEGORY", "Fail"));
        using var log = new KeptLog();
        server.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        var (status, reply) = await server.PostAsync(path, body);
        Assert.Equal(500, status);
        Assert.Contains("'poor'", reply.GetProperty("error").GetString(), StringComparison.Ordinal);
        var line = Assert.Single(log.Lines);
        Assert.Contains("a category of feature 'grade' that no training row had", line, StringComparison.Ordinal);
        Assert.DoesNotContain("poor", line, StringComparison.Ordinal);
    }

    [Theory]
    // As the trainer reads a cell.
    [InlineData(" good", true, UnknownCategory.Reject, "1")]
    [InlineData("NA", true, UnknownCategory.Reject, "missing")]
    [InlineData("", true, UnknownCategory.Fail, "missing")]
    [InlineData(" null ", true, UnknownCategory.Missing, "missing")]
    [InlineData("nan", false, UnknownCategory.Missing, "missing")]
    [InlineData("n/a", false, UnknownCategory.Fail, "422")]
    [InlineData("", false, UnknownCategory.Reject, "422")]
    [InlineData("NB", true, UnknownCategory.Reject, "422 counted")]
    [InlineData("Good", true, UnknownCategory.Missing, "missing counted")]
    [InlineData("-", true, UnknownCategory.Fail, "500 counted")]
    // A model that the trainer did not write may have it.
    [InlineData("None", true, UnknownCategory.Reject, "2")]
    public void A_text_that_training_took_for_missing_or_trimmed_is_taken_so(string text, bool missing, UnknownCategory policy, string expected)
    {
        var feature = new FeatureDocument { Name = "grade", Type = FeatureType.Categorical, Categories = ["poor", "good", "None"], AllowMissing = missing, Profile = new() };
        var input = new FeatureInput(feature, policy);
        string actual;
        try
        {
            actual = input.Category(text) is var code && float.IsNaN(code) ? "missing" : code.ToString(CultureInfo.InvariantCulture);
        }
        catch (RequestException refused)
        {
            actual = refused.Status.ToString(CultureInfo.InvariantCulture);
        }

        Assert.Equal(expected, actual + (input.UnknownSeen > 0 ? " counted" : ""));
    }

    [Fact]
    public async Task Missing_lets_the_trees_take_their_default_direction()
    {
        await using var server = await ServerHarness.StartAsync(("ROW_FILTER", "grade!=poor"), ("UNKNOWN_CATEGORY", "Missing"));
        Assert.Equal(200, (await server.PostAsync("/predict", Poor)).Status);
    }
}
