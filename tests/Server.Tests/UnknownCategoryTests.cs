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

    [Fact]
    public async Task Missing_lets_the_trees_take_their_default_direction()
    {
        await using var server = await ServerHarness.StartAsync(("ROW_FILTER", "grade!=poor"), ("UNKNOWN_CATEGORY", "Missing"));
        Assert.Equal(200, (await server.PostAsync("/predict", Poor)).Status);
    }
}
