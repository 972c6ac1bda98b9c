using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ModelOperator.Gateway.Routing;
using ModelOperator.Gateway.Tests.Support;

namespace ModelOperator.Gateway.Tests;

/// <summary>A/B tests over real HTTP: cohorts, exposures and business events.</summary>
public sealed class ExperimentTests
{
    [Fact]
    public async Task Each_user_is_exposed_once_to_the_arm_that_the_hash_says_and_stays_there()
    {
        await using var world = await World.StartAsync();
        Dictionary<string, string> arms = [];
        for (var round = 0; round < 2; round++)
            for (var user = 0; user < 60; user++)
            {
                var version = await world.PredictAsync($"user-{user}");
                Assert.Equal(arms.GetValueOrDefault($"user-{user}", version), version);
                arms[$"user-{user}"] = version;
            }

        await world.PredictAsync(null);
        foreach (var (arm, version) in World.Arms)
            Assert.Equal(arms.Values.Count(v => v == version), await world.Gateway.MetricAsync("modelop_gateway_experiment_exposures_total", $"arm=\"{arm}\"", $"version=\"{version}\""));
        Assert.Equal(3, arms.Values.Distinct().Count());
        Assert.Equal(1, await world.Gateway.MetricAsync("modelop_gateway_experiment_untracked_total", "no_key"));
    }

    [Fact]
    public async Task Another_gateway_puts_every_user_into_the_same_arm()
    {
        await using var one = await World.StartAsync();
        await using var two = await World.StartAsync();
        for (var user = 0; user < 30; user++)
            Assert.Equal(await one.PredictAsync($"user-{user}"), await two.PredictAsync($"user-{user}"));
    }

    [Fact]
    public async Task The_first_event_of_a_user_is_a_conversion_with_its_value_and_later_ones_are_only_events()
    {
        await using var world = await World.StartAsync();
        var version = await world.PredictAsync("ann");
        Assert.Equal((1, 1, 0, 0), await world.AcceptedAsync("""{"user":"ann","name":"purchase","value":20}"""));
        Assert.Equal((3, 1, 2, 0), await world.AcceptedAsync(
            """{"events":[{"user":"ann","name":"purchase","value":5},{"user":"ann","name":"click"},{"user":"ann","name":"click"}]}"""));
        Assert.Equal(1, await world.Gateway.MetricAsync("modelop_gateway_experiment_exposures_total", version));
        foreach (var (series, name, value) in new[]
        {
            ("events_total", "purchase", 2.0), ("conversions_total", "purchase", 1), ("value_sum", "purchase", 20), ("value_squares", "purchase", 400),
            ("events_total", "click", 2), ("conversions_total", "click", 1), ("value_sum", "click", 0),
        })
            Assert.Equal(value, await world.Gateway.MetricAsync("modelop_gateway_experiment_" + series, version, $"event=\"{name}\""));
        Assert.Empty(world.Forwarded);
    }

    [Fact]
    public async Task An_event_is_itself_a_sight_of_its_user()
    {
        await using var world = await World.StartAsync();
        await world.AcceptedAsync("""{"user":"bob","name":"click"}""");
        var version = await world.PredictAsync("bob");
        Assert.Equal(1, await world.Gateway.MetricAsync("modelop_gateway_experiment_exposures_total", version));
        Assert.Equal(1, await world.Gateway.MetricAsync("modelop_gateway_experiment_conversions_total", version, "event=\"click\""));
    }

    [Fact]
    public async Task Every_series_exists_from_the_beginning_at_zero()
    {
        await using var world = await World.StartAsync();
        foreach (var (arm, _) in World.Arms)
        {
            Assert.Equal(0, await world.Gateway.MetricAsync("modelop_gateway_experiment_exposures_total", $"arm=\"{arm}\""));
            Assert.Equal(0, await world.Gateway.MetricAsync("modelop_gateway_experiment_conversions_total", $"arm=\"{arm}\"", "click"));
        }
    }

    [Theory]
    [InlineData("""{"name":"click"}""", 422, "NoUser")]
    [InlineData("""{"user":"","name":"click"}""", 422, "NoUser")]
    [InlineData("""{"user":7,"name":"click"}""", 422, "NoUser")]
    [InlineData("""{"user":"ann","name":"other"}""", 422, "UnknownEvent")]
    [InlineData("""{"user":"ann"}""", 422, "UnknownEvent")]
    [InlineData("""{"user":"ann","name":"click","value":-1}""", 422, "BadValue")]
    [InlineData("""{"user":"ann","name":"click","value":"much"}""", 422, "BadValue")]
    [InlineData("""{"user":"ann","name":"click","value":1e300}""", 422, "BadValue")]
    [InlineData("""{"events":[{"user":"ann","name":"click"},{"user":"ann","name":"other"}]}""", 422, "UnknownEvent")]
    [InlineData("""{"events":[]}""", 400, "BadEvents")]
    [InlineData("""{"events":[7]}""", 400, "BadEvents")]
    [InlineData("[]", 400, "BadEvents")]
    [InlineData("click", 400, "BadEvents")]
    public async Task Events_that_cannot_be_counted_are_refused_whole(string body, int status, string reason)
    {
        await using var world = await World.StartAsync();
        using var response = await world.PostAsync(body);
        Assert.Equal((status, reason), ((int)response.StatusCode, (await response.Content.ReadFromJsonAsync<JsonObject>())!["reason"]!.GetValue<string>()));
        foreach (var (arm, _) in World.Arms)
            Assert.Equal(0, await world.Gateway.MetricAsync("modelop_gateway_experiment_events_total", $"arm=\"{arm}\"", "click"));
    }

    [Fact]
    public async Task Batches_are_bounded()
    {
        await using var world = await World.StartAsync();
        using var many = await world.PostAsync($$"""{"events":[{{string.Join(',', Enumerable.Repeat("""{"user":"a","name":"click"}""", 1001))}}]}""");
        using var large = await world.PostAsync($$"""{"user":"{{new string('x', 70_000)}}","name":"click"}""");
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.RequestEntityTooLarge), (many.StatusCode, large.StatusCode));
    }

    [Fact]
    public async Task Before_the_measurement_begins_events_are_refused_and_nobody_is_counted()
    {
        await using var world = await World.StartAsync(id: null);
        var version = await world.PredictAsync("ann");
        using var response = await world.PostAsync("""{"user":"ann","name":"click"}""");
        Assert.Equal("NoExperiment", (await response.Content.ReadFromJsonAsync<JsonObject>())!["reason"]!.GetValue<string>());
        world.Apply("e-1");
        await world.PredictAsync("ann");
        Assert.Equal(1, await world.Gateway.MetricAsync("modelop_gateway_experiment_exposures_total", version));
    }

    [Fact]
    public async Task A_new_table_of_the_same_experiment_keeps_what_was_counted_and_another_one_begins_anew()
    {
        await using var world = await World.StartAsync();
        var version = await world.PredictAsync("ann");
        await world.AcceptedAsync("""{"user":"ann","name":"click"}""");
        world.Apply("e-1", weight: 0);
        Assert.Equal((1, 0, 1, 0), await world.AcceptedAsync("""{"user":"ann","name":"click"}"""));
        Assert.Equal(1, await world.Gateway.MetricAsync("modelop_gateway_experiment_exposures_total", version));
        world.Apply("e-2");
        Assert.Equal(0, await world.Gateway.MetricAsync("modelop_gateway_experiment_exposures_total", version));
        Assert.Equal((1, 1, 0, 0), await world.AcceptedAsync("""{"user":"ann","name":"click"}"""));
    }

    [Fact]
    public async Task Events_stay_with_the_arm_that_the_user_saw_first_when_the_arm_is_lost()
    {
        await using var world = await World.StartAsync();
        var (user, version) = ("", "");
        for (var i = 0; version != "p-2"; i++)
            version = await world.PredictAsync(user = $"user-{i}");
        world.Apply("e-1", weight: 0);
        Assert.Equal("p-1", await world.PredictAsync(user));
        await world.AcceptedAsync($$"""{"user":"{{user}}","name":"purchase","value":3}""");
        Assert.Equal(3, await world.Gateway.MetricAsync("modelop_gateway_experiment_value_sum", "p-2", "purchase"));
        Assert.Equal(0, await world.Gateway.MetricAsync("modelop_gateway_experiment_events_total", "p-1", "purchase"));
    }

    [Fact]
    public async Task Without_an_experiment_events_are_a_request_like_any_other()
    {
        await using var world = await World.StartAsync();
        Assert.True(world.Gateway.Apply(world.Document(null, 33, experiment: false).ToJsonString()));
        using var response = await world.PostAsync("""{"user":"ann","name":"click"}""");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Single(world.Forwarded, "/events");
    }

    [Theory]
    [InlineData("""{"id":"e","events":[]}""", "experiment.events")]
    [InlineData("""{"id":"e","events":["a","a"]}""", "experiment.events")]
    public async Task A_table_with_a_wrong_experiment_is_not_taken(string experiment, string words)
    {
        await using var world = await World.StartAsync();
        var document = world.Document("e", 33);
        document["experiment"] = JsonNode.Parse(experiment);
        Assert.False(world.Gateway.Apply(document.ToJsonString()));
        Assert.Contains(words, (await world.Gateway.Admin.GetStringAsync(new Uri("/admin/routes", UriKind.Relative))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_as_the_operator_writes_it_is_taken()
    {
        await using var world = await World.StartAsync();
        Assert.True(world.Gateway.Apply("""
            {"schema":2,"canary":"shop/prices","arms":[
              {"name":"control","version":"p-1","url":"http://prices-1.shop.svc:8080","weight":34,"share":34},
              {"name":"b","version":"p-2","url":"http://prices-2.shop.svc:8080","weight":33,"share":33},
              {"name":"c","version":"p-3","url":"http://prices-3.shop.svc:8080","weight":33,"share":33}],
             "sticky":{"header":"x-user","cookie":null,"salt":"shop/prices p-1 p-2 p-3"},
             "experiment":{"id":"v1:0123456789abcdef@20260301T080000Z","events":["purchase"]},"revision":"v1:0123456789abcdef"}
            """));
        await world.AcceptedAsync("""{"user":"ann","name":"purchase","value":1}""");
    }

    [Fact]
    public void Users_beyond_the_memory_are_counted_as_untracked_and_in_no_arm()
    {
        var metrics = new Metrics.GatewayMetrics();
        Arm Of(string name, string version) => new(name, version, null, 50, metrics.Series(new("shop", "prices"), version, name), metrics.Series(new("shop", "prices"), version, name, Metrics.ArmTraffic.Feedback));
        Arm[] arms = [Of("a", "p-1"), Of("b", "p-2")];
        var experiment = Experiment.Of(new() { Id = "e", Events = ["click"] }, [.. arms], new("shop", "prices"), null, maxUsers: 10)!;
        Parallel.For(0, 1000, i => experiment.See((ulong)(i % 100), i % 2));
        Assert.Equal(10, experiment.Arms.Sum(arm => arm.Exposures));
        Assert.Equal(EventOutcome.Untracked, experiment.Count(1000, 0, 0, 1));
        Assert.Equal(0, experiment.Arms.Sum(arm => arm.Of(0).Events));
        Assert.True(experiment.Untracked > 900);
    }

    private sealed class World : IAsyncDisposable
    {
        private readonly List<Upstream> _servers = [];
        private readonly List<string> _forwarded = [];
        private int _revision;

        public static IReadOnlyList<(string Name, string Version)> Arms { get; } = [("control", "p-1"), ("b", "p-2"), ("c", "p-3")];

        public TestGateway Gateway { get; private set; } = null!;

        public IReadOnlyList<string> Forwarded
        {
            get
            {
                lock (_forwarded)
                    return [.. _forwarded];
            }
        }

        public static async Task<World> StartAsync(string? id = "e-1")
        {
            World world = new();
            foreach (var (_, version) in Arms)
                world._servers.Add(await Upstream.StartAsync(context => world.ServeAsync(context, version)));
            world.Gateway = await TestGateway.StartAsync();
            world.Apply(id);
            return world;
        }

        /// <summary>The table with a weight for arm b; it keeps its share of the cohorts.</summary>
        public JsonObject Document(string? id, int weight, bool experiment = true)
        {
            int[] weights = [67 - weight, weight, 33];
            var document = TestGateway.Document($"r{++_revision}", [.. Arms.Select((arm, i) => (arm.Name, arm.Version, (string?)_servers[i].Url, weights[i]))]);
            document["sticky"] = new JsonObject { ["header"] = "x-user" };
            if (!experiment)
                return document;
            document["schema"] = 2;
            document["experiment"] = new JsonObject { ["id"] = id, ["events"] = new JsonArray("click", "purchase") };
            for (var i = 0; i < weights.Length; i++)
                document["arms"]![i]!["share"] = i == 0 ? 34 : 33;
            return document;
        }

        public void Apply(string? id, int weight = 33) => Assert.True(Gateway.Apply(Document(id, weight).ToJsonString()));

        /// <summary>A request of a user; the version that answered.</summary>
        public async Task<string> PredictAsync(string? user)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, new Uri("/", UriKind.Relative));
            if (user is not null)
                request.Headers.Add("x-user", user);
            using var response = await Gateway.Client.SendAsync(request);
            return response.Headers.GetValues("x-model-version").Single();
        }

        public async Task<HttpResponseMessage> PostAsync(string body)
        {
            using StringContent content = new(body, Encoding.UTF8, "application/json");
            return await Gateway.Client.PostAsync(new Uri("/events", UriKind.Relative), content);
        }

        public async Task<(int Accepted, int First, int Repeated, int Untracked)> AcceptedAsync(string body)
        {
            using var response = await PostAsync(body);
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
            var answer = (await response.Content.ReadFromJsonAsync<JsonObject>())!;
            return ((int)answer["accepted"]!, (int)answer["first"]!, (int)answer["repeated"]!, (int)answer["untracked"]!);
        }

        public async ValueTask DisposeAsync()
        {
            await Gateway.DisposeAsync();
            foreach (var server in _servers)
                await server.DisposeAsync();
        }

        private Task ServeAsync(HttpContext context, string version)
        {
            if (context.Request.Path != "/")
                lock (_forwarded)
                    _forwarded.Add(context.Request.Path);
            context.Response.Headers["x-model-version"] = version;
            return context.Response.WriteAsync(version);
        }
    }
}
