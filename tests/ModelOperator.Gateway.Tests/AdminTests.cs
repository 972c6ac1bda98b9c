using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ModelOperator.Gateway.Tests.Support;

namespace ModelOperator.Gateway.Tests;

public sealed partial class AdminTests
{
    private static readonly Uri Routes = new("/admin/routes", UriKind.Relative);
    private static readonly Uri Ready = new("/readyz", UriKind.Relative);

    [Fact]
    public async Task The_gateway_is_ready_once_a_table_is_in_force_and_stays_so()
    {
        await using var gateway = await TestGateway.StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await gateway.Admin.GetAsync(new Uri("/healthz", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await gateway.Admin.GetAsync(Ready)).StatusCode);
        gateway.Source.Push(TestGateway.Table("one", ("stable", "p-1", null, 100)));
        await TestGateway.EventuallyAsync(async () => (await gateway.Admin.GetAsync(Ready)).StatusCode == HttpStatusCode.OK);
        gateway.Source.Push(null, "gone");
        gateway.Source.Push("broken");
        await TestGateway.EventuallyAsync(async () => await gateway.MetricAsync("modelop_gateway_route_updates_total", "rejected") == 2);
        Assert.Equal(HttpStatusCode.OK, (await gateway.Admin.GetAsync(Ready)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await gateway.Admin.GetAsync(new Uri("/nothing", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task Routes_in_force_and_the_rejected_revision_can_be_read_back()
    {
        await using var stable = await Upstream.SayingAsync("x");
        await using var gateway = await TestGateway.StartAsync();
        var none = await gateway.Admin.GetFromJsonAsync<JsonObject>(Routes);
        Assert.Null(none!["revision"]);
        Assert.Empty(none["arms"]!.AsArray());
        Assert.True(gateway.Apply(TestGateway.Table("one", ("stable", "p-1", stable.Url, 95), ("canary", "p-2", stable.Url, 5))));
        for (var i = 0; i < 20; i++)
            await gateway.Client.GetStringAsync(new Uri("/", UriKind.Relative));
        Assert.False(gateway.Apply("""{"schema":1,"revision":"two","canary":"shop"}"""));
        await TestGateway.EventuallyAsync(async () => (await ReportAsync(gateway))["arms"]!.AsArray().Sum(arm => arm!["requests"]!.GetValue<long>()) == 20);
        var report = await ReportAsync(gateway);
        Assert.Equal("one", report["revision"]!.GetValue<string>());
        Assert.True(DateTimeOffset.TryParse(report["appliedAt"]!.GetValue<string>(), CultureInfo.InvariantCulture, out _));
        Assert.Equal(("two", "canary: must be namespace/name"), (report["rejected"]!["revision"]!.GetValue<string>(), report["rejected"]!["reason"]!.GetValue<string>()));
        Assert.Equal("""{"name":"canary","version":"p-2","weight":5,"requests":1}""", report["arms"]![1]!.ToJsonString());
    }

    [Fact]
    public async Task Series_of_a_new_version_start_at_zero_before_its_first_request()
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Apply(("stable", "p-1", null, 95), ("canary", "p-2", null, 5));
        foreach (var code in new[] { 200, 500, 502, 503, 504 })
            Assert.Equal(0, await gateway.MetricAsync("modelop_gateway_requests_total", "version=\"p-2\"", "arm=\"canary\"", "namespace=\"shop\"", "canary=\"prices\"", $"code=\"{code}\""));
        Assert.Equal(0, await gateway.MetricAsync("modelop_gateway_request_duration_seconds_count", "version=\"p-2\""));
        Assert.Equal(5, await gateway.MetricAsync("modelop_gateway_weight", "version=\"p-2\""));
    }

    [Fact]
    public async Task Metrics_are_well_formed_and_histograms_add_up()
    {
        await using var stable = await Upstream.StartAsync(async context =>
        {
            await Task.Delay(20);
            context.Response.StatusCode = 404;
        });
        await using var gateway = await TestGateway.StartAsync();
        gateway.Apply(("stable", "p-1", stable.Url, 100));
        var began = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 5; i++)
            (await gateway.Client.GetAsync(new Uri("/", UriKind.Relative))).Dispose();
        await TestGateway.EventuallyAsync(async () => await gateway.MetricAsync("modelop_gateway_requests_total", "code=\"404\"") == 5
            && await gateway.MetricAsync("modelop_gateway_request_duration_seconds_count") == 5);
        var lines = (await gateway.MetricsAsync()).TrimEnd('\n').Split('\n');
        Assert.All(lines, line => Assert.Matches(Line(), line));
        Assert.Equal(lines.Length, lines.Distinct().Count());
        Assert.Equal(5, await gateway.MetricAsync("modelop_gateway_request_duration_seconds_bucket", "le=\"+Inf\""));
        Assert.Equal(0, await gateway.MetricAsync("modelop_gateway_request_duration_seconds_bucket", "le=\"0.01\""));
        Assert.InRange((await gateway.MetricAsync("modelop_gateway_request_duration_seconds_sum"))!.Value, 0.09, TimeProvider.System.GetElapsedTime(began).TotalSeconds);
    }

    [Fact]
    public async Task Copies_go_to_the_mirror_arm_without_touching_the_answer()
    {
        string? copied = null;
        await using var stable = await Upstream.StartAsync(context => context.Request.Body.CopyToAsync(context.Response.Body));
        await using var shadow = await Upstream.StartAsync(async context =>
        {
            using StreamReader reader = new(context.Request.Body);
            copied = $"{context.Request.Path} {context.Request.Headers["x-model-mirror"]} {await reader.ReadToEndAsync()}";
            context.Response.StatusCode = 500;
        });
        await using var gateway = await TestGateway.StartAsync();
        var table = TestGateway.Document("mirror", ("stable", "p-1", stable.Url, 100), ("canary", "p-2", shadow.Url, 0));
        table["mirror"] = new JsonObject { ["arm"] = "canary", ["percentage"] = 50 };
        Assert.True(gateway.Apply(table.ToJsonString()));
        for (var i = 0; i < 20; i++)
        {
            using var response = await gateway.Client.PostAsync(new Uri("/predict", UriKind.Relative), new StringContent($"body{i}"));
            Assert.Equal($"body{i}", await response.Content.ReadAsStringAsync());
        }

        await TestGateway.EventuallyAsync(async () => await gateway.MetricAsync("modelop_gateway_mirror_requests_total", "version=\"p-2\",arm=\"canary\",code=\"500\"") == 10);
        Assert.Equal(10, await gateway.MetricAsync("modelop_gateway_mirror_request_duration_seconds_count", "p-2"));
        // Apart from what users see: no request, no error and no duration of either version.
        Assert.Equal(0, await gateway.MetricAsync("modelop_gateway_requests_total", "version=\"p-2\",arm=\"canary\",code=\"500\""));
        Assert.Equal(0, await gateway.MetricAsync("modelop_gateway_request_duration_seconds_count", "p-2"));
        await TestGateway.EventuallyAsync(async () => await gateway.MetricAsync("modelop_gateway_requests_total", "version=\"p-1\",arm=\"stable\",code=\"200\"") == 20);
        Assert.Null(await gateway.MetricAsync("modelop_gateway_mirror_requests_total", "p-1"));
        Assert.StartsWith("/predict 1 body", copied, StringComparison.Ordinal);
        Assert.Equal((20, 10), (stable.Requests, shadow.Requests));
    }

    [Fact]
    public async Task A_copy_says_how_its_body_is_to_be_read()
    {
        string? copied = null;
        await using var stable = await Upstream.SayingAsync("stable");
        await using var shadow = await Upstream.StartAsync(async context =>
        {
            using StreamReader reader = new(context.Request.Body);
            var headers = context.Request.Headers;
            copied = $"{headers["Inference-Header-Content-Length"]} {headers.ContentType} {headers.ContentEncoding} {await reader.ReadToEndAsync()}";
        });
        await using var gateway = await TestGateway.StartAsync();
        var table = TestGateway.Document("mirror", ("stable", "p-1", stable.Url, 100), ("canary", "p-2", shadow.Url, 0));
        table["mirror"] = new JsonObject { ["arm"] = "canary", ["percentage"] = 100 };
        Assert.True(gateway.Apply(table.ToJsonString()));
        using ByteArrayContent tensors = new("{}tail"u8.ToArray());
        tensors.Headers.Add("Inference-Header-Content-Length", "2");
        tensors.Headers.Add("Content-Type", "application/octet-stream");
        tensors.Headers.Add("Content-Encoding", "identity");
        using var response = await gateway.Client.PostAsync(new Uri("/v2/models/prices/infer", UriKind.Relative), tensors);
        await TestGateway.EventuallyAsync(() => Task.FromResult(Volatile.Read(ref copied) is not null));
        Assert.Equal("2 application/octet-stream identity {}tail", copied);
    }

    [Fact]
    public async Task A_mirror_that_hangs_costs_the_clients_nothing_and_excess_copies_are_dropped()
    {
        await using var stable = await Upstream.SayingAsync("fine");
        await using var shadow = await Upstream.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using var gateway = await TestGateway.StartAsync();
        var table = TestGateway.Document("mirror", ("stable", "p-1", stable.Url, 100), ("canary", "p-2", shadow.Url, 0));
        table["mirror"] = new JsonObject { ["arm"] = "canary", ["percentage"] = 100 };
        Assert.True(gateway.Apply(table.ToJsonString()));
        for (var i = 0; i < 100; i++)
            Assert.Equal("fine", await gateway.Client.GetStringAsync(new Uri("/", UriKind.Relative)));
        await TestGateway.EventuallyAsync(async () => await gateway.MetricAsync("modelop_gateway_mirror_dropped_total") >= 36);
        Assert.Equal(36, await gateway.MetricAsync("modelop_gateway_mirror_dropped_total"));
        Assert.Equal(0, await gateway.MetricAsync("modelop_gateway_mirror_request_duration_seconds_count"));
    }

    [Fact]
    public async Task A_mirror_that_cannot_be_reached_is_a_502_of_its_copies_and_its_series_begin_at_zero()
    {
        await using var stable = await Upstream.SayingAsync("fine");
        await using var gateway = await TestGateway.StartAsync(new() { DrainDelay = TimeSpan.Zero, ConnectPatience = TimeSpan.Zero });
        var table = TestGateway.Document("mirror", ("stable", "p-1", stable.Url, 100), ("canary", "p-2", "http://127.0.0.1:1", 0));
        table["mirror"] = new JsonObject { ["arm"] = "canary", ["percentage"] = 100 };
        Assert.True(gateway.Apply(table.ToJsonString()));
        Assert.Equal(0, await gateway.MetricAsync("modelop_gateway_mirror_requests_total", "code=\"502\""));
        Assert.Equal("fine", await gateway.Client.GetStringAsync(new Uri("/", UriKind.Relative)));
        await TestGateway.EventuallyAsync(async () => await gateway.MetricAsync("modelop_gateway_mirror_requests_total", "code=\"502\"") == 1);
    }

    private static async Task<JsonObject> ReportAsync(TestGateway gateway) => (await gateway.Admin.GetFromJsonAsync<JsonObject>(Routes))!;

    [GeneratedRegex("""^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{([a-z]+="([^"\\]|\\.)*",?)+\})? [0-9.e+-]+)$""", RegexOptions.IgnoreCase)]
    private static partial Regex Line();
}
