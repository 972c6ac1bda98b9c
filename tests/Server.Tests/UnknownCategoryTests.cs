using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

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

    [Fact]
    public async Task Missing_lets_the_trees_take_their_default_direction()
    {
        await using var server = await ServerHarness.StartAsync(("ROW_FILTER", "grade!=poor"), ("UNKNOWN_CATEGORY", "Missing"));
        Assert.Equal(200, (await server.PostAsync("/predict", Poor)).Status);
    }
}
