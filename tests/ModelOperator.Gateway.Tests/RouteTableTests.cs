using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using ModelOperator.Gateway.Hosting;
using ModelOperator.Gateway.Metrics;
using ModelOperator.Gateway.Routing;
using ModelOperator.Gateway.Tests.Support;

namespace ModelOperator.Gateway.Tests;

public sealed class RouteTableTests
{
    private readonly GatewayMetrics _metrics = new();
    private readonly RouteTableStore _store;

    public RouteTableTests() => _store = new(_metrics, TimeProvider.System, NullLogger<RouteTableStore>.Instance);

    [Theory]
    [InlineData("", "not a route table")]
    [InlineData("{", "not a route table")]
    [InlineData("null", "not a route table")]
    [InlineData("[]", "not a route table")]
    [InlineData("""{"schema":1,"revision":"x","canary":"a/b","arms":[{"name":"s","version":"v","weight":"many"}]}""", "arms[0].weight")]
    [InlineData("""{"schema":4}""", "schema")]
    [InlineData("""{"schema":1}""", "revision")]
    [InlineData("""{"schema":1,"revision":"x"}""", "canary")]
    [InlineData("""{"schema":1,"revision":"x","canary":"b"}""", "canary")]
    [InlineData("""{"schema":1,"revision":"x","canary":"a/b/c"}""", "canary")]
    [InlineData("""{"schema":1,"revision":"x","canary":"a/b","arms":[null]}""", "arms[0].name")]
    [InlineData("""{"schema":1,"revision":"x","canary":"a/b","arms":[{"version":"v","weight":1}]}""", "arms[0].name")]
    [InlineData("""{"schema":1,"revision":"x","canary":"a/b","arms":[{"name":"s","weight":1}]}""", "arms[0].version")]
    [InlineData("""{"schema":1,"revision":"x","canary":"a/b","arms":[{"name":"s","version":"a~b","weight":1}]}""", "arms[0].version")]
    [InlineData("""{"schema":1,"revision":"x","canary":"a/b","arms":[{"name":"s","version":"v","weight":-1}]}""", "arms[0].weight")]
    [InlineData("""{"schema":1,"revision":"x","canary":"a/b","arms":[{"name":"s","version":"v","weight":1,"url":"ftp://x"}]}""", "arms[0].url")]
    [InlineData("""{"schema":1,"revision":"x","canary":"a/b","arms":[{"name":"s","version":"v"},{"name":"s","version":"w"}]}""", "arms[1].name")]
    [InlineData("""{"schema":1,"revision":"x","canary":"a/b","arms":[{"name":"s","version":"v"},{"name":"c","version":"v"}]}""", "arms[1].version")]
    [InlineData("""{"schema":1,"revision":"x","canary":"a/b","sticky":{}}""", "sticky")]
    [InlineData("""{"schema":1,"revision":"x","canary":"a/b","mirror":{"arm":"c","percentage":5}}""", "mirror.arm")]
    [InlineData("""{"schema":1,"revision":"x","canary":"a/b","mirror":{"arm":"c","percentage":101}}""", "mirror.percentage")]
    public void A_malformed_table_is_rejected_by_field_and_the_good_one_stays(string json, string names)
    {
        Assert.True(_store.Apply(TestGateway.Table("good", ("stable", "p-1", "http://a", 100))));
        Assert.False(_store.Apply(json));
        Assert.Equal("good", _store.Current!.Revision);
        Assert.Contains(names, _store.Rejected!.Reason, StringComparison.Ordinal);
        Assert.Equal(1, _metrics.RouteUpdates(RouteUpdateResult.Rejected));
    }

    [Fact]
    public void A_good_table_ends_the_rejection_and_the_same_text_changes_nothing()
    {
        var good = TestGateway.Table("one", ("stable", "p-1", "http://a", 100));
        Assert.True(_store.Apply(good));
        var applied = _store.Applied;
        Assert.True(_store.Apply(good));
        Assert.Same(applied, _store.Applied);
        Assert.False(_store.Apply("{\"schema\":1,\"revision\":\"bad\"}"));
        Assert.Equal("bad", _store.Rejected!.Revision);
        _store.Reject("ConfigMap a/b does not exist");
        Assert.Null(_store.Rejected!.Revision);
        Assert.True(_store.Apply(good));
        Assert.Null(_store.Rejected);
        Assert.Equal("one", _store.Current!.Revision);
    }

    [Fact]
    public void A_new_revision_with_the_same_weights_goes_on_with_the_split()
    {
        _store.Apply(TestGateway.Table("one", ("stable", "p-1", "http://a", 95), ("canary", "p-2", "http://b", 5)));
        var split = _store.Current!.Split;
        _store.Apply(TestGateway.Table("two", ("stable", "p-1", "http://c", 95), ("canary", "p-2", "http://b", 5)));
        Assert.Same(split, _store.Current!.Split);
        _store.Apply(TestGateway.Table("three", ("stable", "p-1", "http://c", 90), ("canary", "p-2", "http://b", 10)));
        Assert.NotSame(split, _store.Current!.Split);
    }

    [Fact]
    public void Counters_survive_new_tables_and_old_versions_do_not_pile_up()
    {
        for (var i = 0; i < 100; i++)
            _store.Apply(TestGateway.Table($"r{i}", ("stable", "p-0", "http://a", 95), ("canary", $"p-{i + 1}", "http://b", 5)));
        _store.Current!.Arms[0].Series.Observe(200, 1);
        _store.Apply(TestGateway.Table("last", ("stable", "p-0", "http://a", 100)));
        Assert.Equal(1, _store.Current!.Arms[0].Series.Requests);
        foreach (var kind in new[] { "request", "feedback_request" })
        {
            var versions = PrometheusText.Write(_metrics).Split('\n').Where(line => line.StartsWith($"modelop_gateway_{kind}_duration_seconds_count{{", StringComparison.Ordinal)).ToList();
            Assert.Equal(17, versions.Count);
            Assert.Contains(versions, static line => line.Contains("\"p-100\"", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_table_may_have_no_arms_and_unknown_fields()
    {
        var document = TestGateway.Document("empty");
        document["future"] = new JsonObject { ["field"] = 1 };
        Assert.True(_store.Apply(document.ToJsonString()));
        Assert.Null(_store.Current!.Split);
    }

    [Theory]
    [InlineData("MODELOP_GATEWAY_PORT", "80a")]
    [InlineData("MODELOP_GATEWAY_PORT", "70000")]
    [InlineData("MODELOP_GATEWAY_TIMEOUT_SECONDS", "0")]
    public void A_wrong_setting_names_its_variable(string name, string value)
    {
        var (_, problem) = GatewayOptions.FromEnvironment(variable => variable == name ? value : variable == "MODELOP_GATEWAY_ROUTES_FILE" ? "x" : null);
        Assert.Contains(name, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void By_default_a_model_server_says_first_that_a_request_waited_too_long() =>
        Assert.True(new GatewayOptions().Timeout > TimeSpan.FromSeconds(30), "that is the server's own limit, MODELOP_REQUEST_TIMEOUT_SECONDS");

    [Fact]
    public void Settings_need_a_source_of_routes()
    {
        Assert.Contains("MODELOP_GATEWAY_ROUTES", GatewayOptions.FromEnvironment(_ => null).Problem, StringComparison.Ordinal);
        var (options, problem) = GatewayOptions.FromEnvironment(name => name switch
        {
            "MODELOP_GATEWAY_NAMESPACE" => "shop",
            "MODELOP_GATEWAY_ROUTES" => "prices-routes",
            "MODELOP_GATEWAY_DRAIN_SECONDS" => "0",
            _ => null,
        });
        Assert.Null(problem);
        Assert.Equal((8080, 8081, "shop", TimeSpan.Zero), (options.Port, options.AdminPort, options.Namespace, options.DrainDelay));
    }
}
