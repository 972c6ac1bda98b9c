using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ModelOperator.Gateway.Tests.Support;

namespace ModelOperator.Gateway.Tests;

public sealed class FeedbackTests
{
    private static readonly Uri Feedback = new("/feedback", UriKind.Relative);

    [Fact]
    public async Task Truth_goes_to_the_version_that_predicted_even_at_weight_zero()
    {
        await using var world = await World.StartAsync();
        using var one = await world.PostAsync("""{"id":"p-2~abc","truth":3.5}""");
        Assert.Equal(HttpStatusCode.OK, one.StatusCode);
        Assert.Equal("p-2", one.Headers.GetValues("x-model-version").Single());
        Assert.Equal(["p-2 {\"id\":\"p-2~abc\",\"truth\":3.5}"], world.Seen);
    }

    [Fact]
    public async Task A_batch_is_cut_by_version_and_order_is_kept()
    {
        await using var world = await World.StartAsync();
        using var response = await world.PostAsync("""{"predictions":[{"id":"p-1~1","truth":1},{"id":"p-2~2","truth":2},{"id":"p-1~3","truth":3}]}""");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(
            ["p-1 {\"predictions\":[{\"id\":\"p-1~1\",\"truth\":1},{\"id\":\"p-1~3\",\"truth\":3}]}", "p-2 {\"predictions\":[{\"id\":\"p-2~2\",\"truth\":2}]}"],
            world.Seen.Order());
        var results = (await response.Content.ReadFromJsonAsync<JsonObject>())!["results"]!.AsArray();
        Assert.Equal(["p-1", "p-2"], results.Select(result => result!["version"]!.GetValue<string>()));
        Assert.Equal(1, results[0]!["body"]!["accepted"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("/models/prices/feedback", "/models/prices/feedback")]
    [InlineData("/feedback?a=b", "/feedback?a=b")]
    public async Task The_path_that_names_the_model_is_feedback_too_and_reaches_the_servers_as_it_is(string path, string expected)
    {
        await using var world = await World.StartAsync();
        using var one = await world.PostAsync("""{"id":"p-2~abc","truth":3.5}""", path: path);
        Assert.Equal("p-2", one.Headers.GetValues("x-model-version").Single());
        using var both = await world.PostAsync("""{"predictions":[{"id":"p-1~1"},{"id":"p-2~2"}]}""", path: path);
        Assert.Equal(HttpStatusCode.OK, both.StatusCode);
        Assert.Equal(["p-1 {\"predictions\":[{\"id\":\"p-1~1\"}]}", "p-2 {\"id\":\"p-2~abc\",\"truth\":3.5}", "p-2 {\"predictions\":[{\"id\":\"p-2~2\"}]}"], world.Seen.Order());
        Assert.Equal([expected, expected, expected], world.Paths);
    }

    [Theory]
    [InlineData("/models/feedback")]
    [InlineData("/models//x/feedback")]
    [InlineData("/models/a/b/feedback")]
    [InlineData("/v2/models/a/feedback")]
    public async Task Other_paths_are_split_like_any_request(string path)
    {
        await using var world = await World.StartAsync();
        using var one = await world.PostAsync("""{"id":"p-2~abc","truth":3.5}""", path: path);
        Assert.Equal("p-1", one.Headers.GetValues("x-model-version").Single());
    }

    [Fact]
    public async Task A_batch_of_one_version_keeps_that_servers_own_answer()
    {
        await using var world = await World.StartAsync();
        using var response = await world.PostAsync("""{"predictions":[{"id":"p-1~1","truth":1}]}""");
        Assert.Equal("{\"accepted\":1}", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task The_worst_answer_of_a_batch_is_the_answer()
    {
        await using var world = await World.StartAsync(canaryStatus: 409);
        using var response = await world.PostAsync("""{"predictions":[{"id":"p-1~1"},{"id":"p-2~2"}]}""");
        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        var results = (await response.Content.ReadFromJsonAsync<JsonObject>())!["results"]!.AsArray();
        Assert.Equal([200, 409], results.Select(result => result!["status"]!.GetValue<int>()));
    }

    [Fact]
    public async Task Feedback_is_no_request_that_a_version_is_judged_by()
    {
        await using var world = await World.StartAsync(canaryStatus: 500);
        for (var i = 0; i < 3; i++)
            (await world.PostAsync("""{"id":"p-1~1","truth":1}""")).Dispose();
        (await world.PostAsync("""{"predictions":[{"id":"p-1~1"},{"id":"p-2~2"}]}""")).Dispose();
        using var prediction = await world.Client.PostAsync(new Uri("/predict", UriKind.Relative), new StringContent("{}"));
        await TestGateway.EventuallyAsync(async () => await world.MetricAsync("modelop_gateway_requests_total", "p-1", "code=\"200\"") == 1
            && await world.MetricAsync("modelop_gateway_feedback_requests_total", "p-1", "code=\"200\"") == 4
            && await world.MetricAsync("modelop_gateway_feedback_requests_total", "p-2", "code=\"500\"") == 1
            && await world.MetricAsync("modelop_gateway_request_duration_seconds_count", "p-1") == 1
            && await world.MetricAsync("modelop_gateway_feedback_request_duration_seconds_count", "p-1") == 4);
        Assert.Equal(0, await world.MetricAsync("modelop_gateway_requests_total", "p-2", "code=\"500\""));
    }

    [Theory]
    [InlineData("""{"id":"p-9~1"}""", 422, "UnknownVersion")]
    [InlineData("""{"predictions":[{"id":"p-1~1"},{"id":"p-9~1"}]}""", 422, "UnknownVersion")]
    [InlineData("""{"id":"no-version"}""", 400, "BadFeedback")]
    [InlineData("""{"id":7}""", 400, "BadFeedback")]
    [InlineData("""{}""", 400, "BadFeedback")]
    [InlineData("""[]""", 400, "BadFeedback")]
    [InlineData("""{"predictions":[]}""", 400, "BadFeedback")]
    [InlineData("""{"predictions":{}}""", 400, "BadFeedback")]
    [InlineData("""{"predictions":[1]}""", 400, "BadFeedback")]
    [InlineData("not json", 400, "BadFeedback")]
    [InlineData("""{"id":"\ud800~1"}""", 400, "BadFeedback")]
    [InlineData("""{"predictions":[{"id":"p-1~1","truth":"\udc00"}]}""", 400, "BadFeedback")]
    [InlineData("", 400, "BadFeedback")]
    public async Task Feedback_that_belongs_nowhere_is_refused_whole(string body, int status, string reason)
    {
        await using var world = await World.StartAsync();
        using var response = await world.PostAsync(body);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(reason, (await response.Content.ReadFromJsonAsync<JsonObject>())!["reason"]!.GetValue<string>());
        Assert.Empty(world.Seen);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Feedback_above_64_KiB_is_refused(bool chunked)
    {
        await using var world = await World.StartAsync();
        using var response = await world.PostAsync("{\"id\":\"p-1~" + new string('x', 70_000) + "\"}", chunked);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Empty(world.Seen);
    }

    private sealed class World : IAsyncDisposable
    {
        private readonly List<Upstream> _servers = [];
        private readonly List<string> _seen = [];
        private readonly List<string> _paths = [];
        private TestGateway _gateway = null!;

        public IReadOnlyList<string> Seen
        {
            get
            {
                lock (_seen)
                    return [.. _seen];
            }
        }

        /// <summary>Where the servers were asked.</summary>
        public IReadOnlyList<string> Paths
        {
            get
            {
                lock (_seen)
                    return [.. _paths];
            }
        }

        public HttpClient Client => _gateway.Client;

        public Task<double?> MetricAsync(string name, params string[] labels) => _gateway.MetricAsync(name, labels);

        public static async Task<World> StartAsync(int canaryStatus = 200)
        {
            World world = new();
            var stable = await Upstream.StartAsync(context => world.ServeAsync(context, "p-1", 200));
            var canary = await Upstream.StartAsync(context => world.ServeAsync(context, "p-2", canaryStatus));
            world._gateway = await TestGateway.StartAsync();
            world._gateway.Apply(("stable", "p-1", stable.Url, 100), ("canary", "p-2", canary.Url, 0));
            world._servers.AddRange([stable, canary]);
            return world;
        }

        public Task<HttpResponseMessage> PostAsync(string body, bool chunked = false, string? path = null)
        {
            HttpRequestMessage request = new(HttpMethod.Post, path is null ? Feedback : new Uri(_gateway.Client.BaseAddress + path[1..])) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            request.Headers.TransferEncodingChunked = chunked;
            return _gateway.Client.SendAsync(request);
        }

        public async ValueTask DisposeAsync()
        {
            await _gateway.DisposeAsync();
            foreach (var server in _servers)
                await server.DisposeAsync();
        }

        private async Task ServeAsync(HttpContext context, string version, int status)
        {
            using StreamReader reader = new(context.Request.Body);
            var body = await reader.ReadToEndAsync();
            lock (_seen)
            {
                _seen.Add($"{version} {body}");
                _paths.Add(context.Request.Path + context.Request.QueryString);
            }

            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("{\"accepted\":1}");
        }
    }
}
