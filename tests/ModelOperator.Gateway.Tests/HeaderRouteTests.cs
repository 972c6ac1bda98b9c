using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ModelOperator.Gateway.Tests.Support;

namespace ModelOperator.Gateway.Tests;

/// <summary>Requests that a header sends to an arm whatever the weights say.</summary>
public sealed class HeaderRouteTests
{
    private static JsonObject Table(string? stable, string? canary, params JsonObject[] headers)
    {
        var table = TestGateway.Document("headers", ("stable", "p-1", stable, 100), ("canary", "p-2", canary, 0));
        table["schema"] = 2;
        table["sticky"] = new JsonObject { ["header"] = "x-user-id" };
        table["headers"] = new JsonArray([.. headers]);
        return table;
    }

    private static JsonObject Route(string? arm, string? header, string? exact, string? prefix = null) =>
        new() { ["arm"] = arm, ["header"] = header, ["exact"] = exact, ["prefix"] = prefix };

    private static async Task<string> AskAsync(TestGateway gateway, params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri("/", UriKind.Relative));
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await gateway.Client.SendAsync(request);
        return await response.Content.ReadAsStringAsync();
    }

    [Fact]
    public async Task A_header_that_fits_goes_before_cohorts_and_weights()
    {
        await using var stable = await Upstream.SayingAsync("stable");
        await using var canary = await Upstream.SayingAsync("canary");
        await using var gateway = await TestGateway.StartAsync();
        Assert.True(gateway.Apply(Table(stable.Url, canary.Url, Route("canary", "x-beta", "on"), Route("canary", "x-user-id", null, "staff-")).ToJsonString()));
        Assert.Equal("canary", await AskAsync(gateway, ("X-Beta", "on"), ("x-user-id", "someone")));
        Assert.Equal("canary", await AskAsync(gateway, ("x-user-id", "staff-7")));
        foreach (var other in new (string, string)[][] { [], [("x-beta", "On")], [("x-beta", "on2")], [("x-user-id", "mystaff-7")] })
            Assert.Equal("stable", await AskAsync(gateway, other));
        await TestGateway.EventuallyAsync(async () => await gateway.MetricAsync("modelop_gateway_requests_total", "version=\"p-2\"", "code=\"200\"") == 2);
    }

    [Fact]
    public async Task Routes_in_force_are_reported_and_end_with_the_next_table()
    {
        await using var gateway = await TestGateway.StartAsync();
        var table = Table(null, null, Route("canary", "x-beta", "on"));
        table["mirror"] = new JsonObject { ["arm"] = "canary", ["percentage"] = 25 };
        Assert.True(gateway.Apply(table.ToJsonString()));
        var report = await gateway.Admin.GetFromJsonAsync<JsonObject>(new Uri("/admin/routes", UriKind.Relative));
        Assert.Equal("""[{"arm":"canary","header":"x-beta","exact":"on","prefix":null}]""", report!["headers"]!.ToJsonString());
        Assert.Equal("""{"arm":"canary","percentage":25}""", report["mirror"]!.ToJsonString());
        gateway.Apply(("stable", "p-1", null, 100));
        report = await gateway.Admin.GetFromJsonAsync<JsonObject>(new Uri("/admin/routes", UriKind.Relative));
        Assert.Equal(("[]", null), (report!["headers"]!.ToJsonString(), report["mirror"]?.ToJsonString()));
    }

    [Theory]
    [InlineData("canary", "", "on", null, 2, "headers[0].header: must be set")]
    [InlineData("canary", "x-beta", null, null, 2, "headers[0]: needs exactly one of exact and prefix")]
    [InlineData("canary", "x-beta", "on", "o", 2, "headers[0]: needs exactly one of exact and prefix")]
    [InlineData("nobody", "x-beta", "on", null, 2, "headers[0].arm: must name an arm")]
    [InlineData("canary", "x-beta", "on", null, 1, "headers: need schema 2")]
    [InlineData("canary", "x-beta", "on", null, 4, "schema: must be 1, 2 or 3, is 4")]
    public async Task A_table_with_a_wrong_route_is_refused_whole(string arm, string header, string? exact, string? prefix, int schema, string reason)
    {
        await using var gateway = await TestGateway.StartAsync();
        var table = Table(null, null, Route(arm, header, exact, prefix));
        table["schema"] = schema;
        Assert.False(gateway.Apply(table.ToJsonString()));
        var report = await gateway.Admin.GetFromJsonAsync<JsonObject>(new Uri("/admin/routes", UriKind.Relative));
        Assert.Equal(reason, (string?)report!["rejected"]!["reason"]);
    }
}
