using System.Collections.Concurrent;
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
    [InlineData(true, false, float.NaN)]
    [InlineData(true, true, 1f)]
    [InlineData(false, true, 1f)]
    [InlineData(false, false, null)]
    public void An_empty_text_is_a_missing_value_where_training_saw_one_and_it_is_no_category(bool allowsMissing, bool isCategory, float? expected)
    {
        var feature = new FeatureInput(
            new FeatureDocument { Name = "grade", Type = FeatureType.Categorical, Categories = ["good", isCategory ? "" : "best"], AllowMissing = allowsMissing, Profile = new FeatureProfile() }, UnknownCategory.Reject);
        if (expected is { } code)
            Assert.Equal((code, 0), (feature.Category(""), feature.UnknownSeen));
        else
            Assert.Contains("has unknown category ''", Assert.Throws<RequestException>(() => feature.Category("")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_lets_the_trees_take_their_default_direction()
    {
        await using var server = await ServerHarness.StartAsync(("ROW_FILTER", "grade!=poor"), ("UNKNOWN_CATEGORY", "Missing"));
        Assert.Equal(200, (await server.PostAsync("/predict", Poor)).Status);
    }

    private sealed class KeptLog : ILoggerProvider, ILogger
    {
        internal ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Warning)
                Lines.Enqueue(formatter(state, exception));
        }

        public void Dispose()
        {
        }
    }
}
