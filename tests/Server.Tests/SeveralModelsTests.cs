using System.Collections;

namespace ModelOperator.Server.Tests;

/// <summary>Several models in one process.</summary>
public sealed class SeveralModelsTests(TwoModels models) : IClassFixture<TwoModels>
{
    [Fact]
    public async Task Each_is_ready_by_itself_and_the_server_when_all_are()
    {
        await using var server = await FollowingServer.StartAsync("toys", "games");
        Assert.Equal(503, (await server.GetAsync("/v2/models/toys/ready")).Status);
        server.Put("toys", "toys-1", models.Directories[0]);
        await server.LinkAsync("toys", "toys-1");
        await server.UntilAsync("/v2/models/toys/ready", body => body.GetProperty("ready").GetBoolean());
        Assert.Equal((503, 503, 503), ((await server.GetAsync("/v2/health/ready")).Status, (await server.GetAsync("/v2/models/games/ready")).Status, (await server.GetAsync("/health")).Status));
        Assert.Equal(200, (await server.PostAsync("/models/toys/predict", TwoModels.Row)).Status);
        var (status, loading, _) = await server.PostAsync("/models/games/predict", TwoModels.Row);
        Assert.Equal((503, "the model is still loading"), (status, loading.GetProperty("error").GetString()));
        // A first version that is no good ends nothing: the next one may be.
        server.Put("games", "games-1", models.Directories[1], "{");
        await server.LinkAsync("games", "games-1");
        await server.UntilAsync("/health", body => body.GetProperty("models")[1].TryGetProperty("refused", out _));
        (status, loading, _) = await server.PostAsync("/models/games/predict", TwoModels.Row);
        Assert.Equal(503, status);
        Assert.StartsWith("the model has no version that can be served: ", loading.GetProperty("error").GetString(), StringComparison.Ordinal);
        server.Put("games", "games-2", models.Directories[1]);
        await server.LinkAsync("games", "games-2");
        await server.UntilAsync("/v2/health/ready", body => body.GetProperty("ready").GetBoolean());
        var (_, health, _) = await server.GetAsync("/health");
        Assert.Equal(
            ["toys toys-1 True 1", "games games-2 True 0"],
            health.GetProperty("models").EnumerateArray().Select(model => $"{model.GetProperty("model")} {model.GetProperty("version")} {model.GetProperty("ready")} {model.GetProperty("predictionCount")}"));
    }

    [Fact]
    public async Task Paths_name_the_model_and_metrics_have_its_label()
    {
        await using var server = await StartAsync();
        foreach (var (index, name) in new[] { "toys", "games" }.Index())
        {
            var (status, body, version) = await server.PostAsync($"/models/{name}/predict", TwoModels.Row);
            Assert.Equal((200, name, name + "-1", models.Predictions[index]), (status, body.GetProperty("model").GetString(), version, body.GetProperty("prediction").GetSingle()));
            Assert.Equal(name + "-1", (await server.GetAsync($"/models/{name}/info")).Body.GetProperty("version").GetString());
            Assert.Equal(200, (await server.PostAsync($"/models/{name}/predict/batch", $$"""{"instances": [{{TwoModels.Features}}]}""")).Status);
            Assert.Equal(200, (await server.PostAsync($"/models/{name}/feedback", $$"""{"id": "{{body.GetProperty("id").GetString()}}", "truth": 12}""")).Status);
            Assert.Equal(2, await server.MetricAsync($$"""modelop_predicted_rows_total{model="{{name}}",version="{{name}}-1"}"""));
            Assert.Equal(1, await server.MetricAsync($$"""modelop_feedback_total{model="{{name}}",version="{{name}}-1"}"""));
        }

        var families = (await server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Split('\n').Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).ToList();
        Assert.Equal(families.Count, families.Distinct().Count());
    }

    [Theory]
    [InlineData("/predict")]
    [InlineData("/predict/batch")]
    [InlineData("/feedback")]
    public async Task A_path_that_names_none_is_answered_with_the_names(string path)
    {
        await using var server = await StartAsync();
        var (status, body, _) = await server.PostAsync(path, TwoModels.Row);
        Assert.Equal((404, "this server has several models and the path names none; ask /models/<name>/..., it has toys in version toys-1, games in version games-1"),
            (status, body.GetProperty("error").GetString()));
        Assert.Equal(404, (await server.GetAsync("/model/info")).Status);
    }

    [Fact]
    public async Task Paths_of_any_kind_never_make_a_server_error()
    {
        await using var server = await StartAsync();
        string[] parts = ["models", "v2", "toys", "games", "other", "", ".", "%2e%2e", "versions", "1", "toys-1", "infer", "predict", "batch", "ready", "info", "feedback", "%00", "é"];
        var random = new Random(7);
        for (var i = 0; i < 500; i++)
        {
            var path = server.Client.BaseAddress + string.Join('/', Enumerable.Range(0, random.Next(1, 7)).Select(_ => parts[random.Next(parts.Length)]));
            foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post })
            {
                using var request = new HttpRequestMessage(method, new Uri(path)) { Content = new StringContent("{}", null, "application/json") };
                using var response = await server.Client.SendAsync(request);
                Assert.True((int)response.StatusCode is 200 or (>= 400 and < 500), $"{method} {path} is answered {response.StatusCode}");
            }
        }
    }

    [Theory]
    [InlineData("Toys", null, "MODELOP_MODELS names 'Toys'")]
    [InlineData("toys,", null, "MODELOP_MODELS names ''")]
    [InlineData("toys@a,../x", null, "MODELOP_MODELS names '../x'")]
    [InlineData("toys@a,toys@b", null, "allowed are up to 16 models, each once")]
    [InlineData("a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q", null, "allowed are up to 16 models, each once")]
    [InlineData("toys", "MODELOP_MODEL_NAME", "MODELOP_MODEL_NAME and MODELOP_MODELS are both set")]
    [InlineData("toys", "MODELOP_MODEL_SIGNATURE", "MODELOP_MODEL_SIGNATURE and MODELOP_MODELS are both set")]
    [InlineData("toys", "MODELOP_PREDICTION_LOG_URL", "MODELOP_PREDICTION_LOG_URL and MODELOP_MODELS are both set")]
    public void A_bad_list_is_named(string models, string? beside, string message)
    {
        var variables = new Hashtable { ["MODELOP_MODELS"] = models };
        if (beside is not null)
            variables[beside] = "x";
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => ServerOptions.Read(variables)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Aliases_in_the_list_are_for_who_follows_them() => Assert.Equal(
        ["toys /m/toys", "games /m/games"],
        ServerOptions.Read(new Hashtable { ["MODELOP_MODELS"] = "toys@champion, games@latest", ["MODELOP_MODELS_DIR"] = "/m" }).Models.Select(model => $"{model.Name} {model.Directory}"));

    private async Task<FollowingServer> StartAsync()
    {
        var server = await FollowingServer.StartAsync("toys", "games");
        foreach (var (index, name) in new[] { "toys", "games" }.Index())
        {
            server.Put(name, name + "-1", models.Directories[index]);
            await server.LinkAsync(name, name + "-1");
        }

        await server.UntilAsync("/v2/health/ready", body => body.GetProperty("ready").GetBoolean());
        return server;
    }
}
