using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ModelOperator.Fakes;
using ModelOperator.Gateway.Tests.Support;

namespace ModelOperator.Gateway.Tests;

public sealed class ForwardingTests
{
    private static readonly Uri Predict = new("/predict?x=1", UriKind.Relative);

    [Fact]
    public async Task Traffic_is_split_exactly_and_every_answer_names_its_version()
    {
        await using var stable = await Upstream.SayingAsync("stable");
        await using var canary = await Upstream.StartAsync(context =>
        {
            context.Response.Headers["x-model-version"] = "named-by-server";
            return context.Response.WriteAsync("canary");
        });
        await using var gateway = await TestGateway.StartAsync();
        gateway.Apply(("stable", "p-1", stable.Url, 90), ("canary", "p-2", canary.Url, 10));
        List<string> versions = [];
        for (var i = 0; i < 200; i++)
        {
            using var response = await gateway.Client.GetAsync(Predict);
            versions.Add(response.Headers.GetValues("x-model-version").Single());
        }

        Assert.Equal((180, 20), (stable.Requests, canary.Requests));
        Assert.Equal(180, versions.Count(version => version == "p-1"));
        Assert.Equal(20, versions.Count(version => version == "named-by-server"));
    }

    [Fact]
    public async Task Method_path_query_headers_and_body_arrive_as_they_were()
    {
        string? seen = null;
        await using var stable = await Upstream.StartAsync(async context =>
        {
            using StreamReader reader = new(context.Request.Body);
            seen = $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {context.Request.Headers["x-tag"]} {context.Request.ContentType} "
                + $"{context.Request.Headers.ContainsKey("Proxy-Connection")} {await reader.ReadToEndAsync()}";
            context.Response.StatusCode = 418;
            context.Response.Headers["x-back"] = "yes";
        });
        await using var gateway = await TestGateway.StartAsync();
        gateway.Apply(("stable", "p-1", stable.Url + "/", 1));
        using HttpRequestMessage request = new(HttpMethod.Put, "/v2/models/prices/infer?a=b%20c") { Content = JsonContent.Create(new[] { 1, 2 }) };
        request.Headers.Add("x-tag", "t");
        request.Headers.Add("Proxy-Connection", "keep-alive");
        using var response = await gateway.Client.SendAsync(request);
        Assert.Equal("PUT /v2/models/prices/infer?a=b%20c t application/json; charset=utf-8 False [1,2]", seen);
        Assert.Equal((418, "yes"), ((int)response.StatusCode, response.Headers.GetValues("x-back").Single()));
    }

    [Fact]
    public async Task A_request_without_an_arm_gets_a_503_that_says_why()
    {
        await using var gateway = await TestGateway.StartAsync();
        Assert.Equal("NoRouteTable", await ReasonAsync(gateway, HttpStatusCode.ServiceUnavailable));
        gateway.Apply();
        Assert.Equal("NoArm", await ReasonAsync(gateway, HttpStatusCode.ServiceUnavailable));
        gateway.Apply(("stable", "p-1", "http://127.0.0.1:1", 0));
        Assert.Equal("NoArm", await ReasonAsync(gateway, HttpStatusCode.ServiceUnavailable));
        gateway.Apply(("stable", "p-1", null, 100));
        Assert.Equal("ArmHasNoUrl", await ReasonAsync(gateway, HttpStatusCode.ServiceUnavailable));
        await TestGateway.EventuallyAsync(async () => await gateway.MetricAsync("modelop_gateway_unrouted_requests_total") == 3);
        await CountedAsync(gateway, "p-1", 503, 1);
    }

    [Fact]
    public async Task An_arm_that_refuses_connections_is_a_502_counted_under_its_version()
    {
        await using var gateway = await TestGateway.StartAsync(new() { ConnectPatience = TimeSpan.FromMilliseconds(100) });
        using var closed = Bound();
        gateway.Apply(("stable", "p-1", $"http://{closed.LocalEndPoint}", 100));
        using var response = await gateway.Client.GetAsync(Predict);
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal("p-1", response.Headers.GetValues("x-model-version").Single());
        Assert.Equal("UpstreamUnreachable", (await response.Content.ReadFromJsonAsync<JsonObject>())!["reason"]!.GetValue<string>());
        await CountedAsync(gateway, "p-1", 502, 1);
    }

    [Fact]
    public async Task A_request_waits_for_an_arm_whose_connections_are_refused_for_a_moment()
    {
        await using var gateway = await TestGateway.StartAsync(new() { ConnectPatience = TimeSpan.FromSeconds(60) });
        using var late = Bound();
        gateway.Apply(("stable", "p-1", $"http://{late.LocalEndPoint}", 100));
        var answer = gateway.Client.GetAsync(Predict);
        await Task.Delay(200);
        late.Listen();
        using var connection = await late.AcceptAsync();
        await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate"u8.ToArray());
        using var response = await answer;
        Assert.Equal((HttpStatusCode.OK, "late"), (response.StatusCode, await response.Content.ReadAsStringAsync()));
        await CountedAsync(gateway, "p-1", 200, 1);
    }

    [Fact]
    public async Task An_arm_that_stays_silent_is_a_504_counted_under_its_version()
    {
        await using var stable = await Upstream.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using var gateway = await TestGateway.StartAsync(new() { Timeout = TimeSpan.FromMilliseconds(300) });
        gateway.Apply(("stable", "p-1", stable.Url, 100));
        Assert.Equal("UpstreamTimeout", await ReasonAsync(gateway, HttpStatusCode.GatewayTimeout));
        await CountedAsync(gateway, "p-1", 504, 1);
    }

    [Fact]
    public async Task A_servers_own_error_passes_through_untouched()
    {
        await using var stable = await Upstream.StartAsync(context =>
        {
            context.Response.StatusCode = 500;
            return context.Response.WriteAsync("boom");
        });
        await using var gateway = await TestGateway.StartAsync();
        gateway.Apply(("stable", "p-1", stable.Url, 100));
        using var response = await gateway.Client.GetAsync(Predict);
        Assert.Equal((HttpStatusCode.InternalServerError, "boom"), (response.StatusCode, await response.Content.ReadAsStringAsync()));
        await CountedAsync(gateway, "p-1", 500, 1);
    }

    [Fact]
    public async Task A_client_that_goes_away_counts_as_499_and_not_as_an_error_of_the_version()
    {
        TaskCompletionSource reached = new();
        await using var stable = await Upstream.StartAsync(context =>
        {
            reached.TrySetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await using var gateway = await TestGateway.StartAsync();
        gateway.Apply(("stable", "p-1", stable.Url, 100));
        using CancellationTokenSource leave = new();
        var request = gateway.Client.GetAsync(Predict, leave.Token);
        await reached.Task;
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        await CountedAsync(gateway, "p-1", 499, 1);
        Assert.Equal(0, await gateway.MetricAsync("modelop_gateway_requests_total", "code=\"502\""));
    }

    [Fact]
    public async Task A_chunked_answer_streams_through_before_it_is_complete()
    {
        TaskCompletionSource rest = new();
        await using var stable = await Upstream.StartAsync(async context =>
        {
            await context.Response.WriteAsync("first ");
            await context.Response.Body.FlushAsync();
            await rest.Task;
            await context.Response.WriteAsync("second");
        });
        await using var gateway = await TestGateway.StartAsync();
        gateway.Apply(("stable", "p-1", stable.Url, 100));
        using var response = await gateway.Client.GetAsync(Predict, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[64];
        Assert.Equal(6, await body.ReadAsync(buffer));
        rest.SetResult();
        Assert.Equal(6, await body.ReadAsync(buffer));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Big_bodies_pass_unchanged_in_both_directions(bool chunked)
    {
        var payload = new byte[8 * 1024 * 1024];
        new Random(1).NextBytes(payload);
        // Read whole, then answered: HTTP/1.1 clients do not read an answer while they still send.
        await using var stable = await Upstream.StartAsync(async context =>
        {
            using MemoryStream held = new();
            await context.Request.Body.CopyToAsync(held);
            await context.Response.Body.WriteAsync(held.ToArray());
        });
        await using var gateway = await TestGateway.StartAsync();
        gateway.Apply(("stable", "p-1", stable.Url, 100));
        using HttpRequestMessage request = new(HttpMethod.Post, Predict) { Content = new ByteArrayContent(payload) };
        request.Headers.TransferEncodingChunked = chunked;
        using var response = await gateway.Client.SendAsync(request);
        Assert.Equal(SHA256.HashData(payload), SHA256.HashData(await response.Content.ReadAsByteArrayAsync()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_above_the_limit_is_refused_and_is_no_error_of_the_version(bool chunked)
    {
        await using var stable = await Upstream.StartAsync(async context => await context.Request.Body.CopyToAsync(Stream.Null));
        await using var gateway = await TestGateway.StartAsync(new() { MaxBodyBytes = 1000 });
        gateway.Apply(("stable", "p-1", stable.Url, 100));
        using HttpRequestMessage request = new(HttpMethod.Post, Predict) { Content = new ByteArrayContent(new byte[200_000]) };
        request.Headers.TransferEncodingChunked = chunked;
        using var response = await gateway.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal(0, await gateway.MetricAsync("modelop_gateway_requests_total", "code=\"502\""));
    }

    [Fact]
    public async Task Clients_with_a_key_stay_with_their_version()
    {
        await using var stable = await Upstream.SayingAsync("stable");
        await using var canary = await Upstream.SayingAsync("canary");
        await using var gateway = await TestGateway.StartAsync();
        var table = TestGateway.Document("sticky", ("stable", "p-1", stable.Url, 50), ("canary", "p-2", canary.Url, 50));
        table["sticky"] = new JsonObject { ["header"] = "x-user-id", ["cookie"] = "uid" };
        Assert.True(gateway.Apply(table.ToJsonString()));
        HashSet<string> arms = [];
        for (var user = 0; user < 20; user++)
        {
            var answers = new HashSet<string>();
            for (var i = 0; i < 4; i++)
            {
                using HttpRequestMessage request = new(HttpMethod.Get, Predict);
                request.Headers.Add(i % 2 == 0 ? "x-user-id" : "Cookie", i % 2 == 0 ? $"u{user}" : $"a=b; uid=u{user}");
                using var response = await gateway.Client.SendAsync(request);
                answers.Add(await response.Content.ReadAsStringAsync());
            }

            arms.Add(Assert.Single(answers));
        }

        Assert.Equal(2, arms.Count);
    }

    [Fact]
    public async Task Swapping_tables_and_servers_under_load_loses_no_request_and_old_requests_finish_where_they_began()
    {
        static async Task Work(HttpContext context, string name)
        {
            await Task.Delay(2);
            await context.Response.WriteAsync(name);
        }

        await using var stable = await Upstream.StartAsync(context => Work(context, "stable"));
        await using var canary = await Upstream.StartAsync(context => Work(context, "canary"));
        await using var gateway = await TestGateway.StartAsync();
        gateway.Apply(("stable", "p-1", stable.Url, 100));
        using CancellationTokenSource stop = new();
        var answered = 0;
        var clients = Enumerable.Range(0, 16).Select(async _ =>
        {
            while (!stop.IsCancellationRequested)
            {
                using var response = await gateway.Client.GetAsync(Predict);
                response.EnsureSuccessStatusCode();
                Interlocked.Increment(ref answered);
            }
        }).ToArray();
        // More rounds where the machine is slow: requests must meet the swaps.
        for (var i = 0; i < 50 || Volatile.Read(ref answered) <= 200; i++)
        {
            var weight = 2 * (i % 50);
            gateway.Apply(TestGateway.Table($"up{i}", ("stable", "p-1", stable.Url, 100 - weight), ("canary", "p-2", canary.Url, weight)));
            await Task.Delay(5);
            gateway.Apply(TestGateway.Table($"swap{i}", ("stable", "p-2", canary.Url, 100)));
            await Task.Delay(5);
        }

        await stop.CancelAsync();
        await Task.WhenAll(clients);
        Assert.Equal(answered, stable.Requests + canary.Requests);
    }

    [Fact]
    public async Task Stopping_finishes_requests_in_flight()
    {
        TaskCompletionSource reached = new();
        TaskCompletionSource answer = new();
        await using var stable = await Upstream.StartAsync(async context =>
        {
            reached.TrySetResult();
            await answer.Task;
            await context.Response.WriteAsync("done");
        });
        await using var gateway = await TestGateway.StartAsync();
        gateway.Apply(("stable", "p-1", stable.Url, 100));
        var request = gateway.Client.GetStringAsync(Predict);
        await reached.Task;
        var stopping = gateway.StopAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await gateway.Admin.GetAsync(new Uri("/readyz", UriKind.Relative))).StatusCode);
        Assert.False(stopping.IsCompleted);
        answer.SetResult();
        Assert.Equal("done", await request);
        await stopping;
    }

    [Fact]
    public async Task While_draining_requests_are_still_served_and_connections_are_asked_to_close()
    {
        await using var stable = await Upstream.SayingAsync("served");
        var time = new FakeTimeProvider();
        await using var gateway = await TestGateway.StartAsync(new() { DrainDelay = TimeSpan.FromSeconds(2) }, time);
        gateway.Apply(("stable", "p-1", stable.Url, 100));
        using var before = await gateway.Client.GetAsync(Predict);
        Assert.NotEqual(true, before.Headers.ConnectionClose);
        var stopping = gateway.StopAsync();
        using var during = await gateway.Client.GetAsync(Predict);
        Assert.Equal((HttpStatusCode.OK, true), (during.StatusCode, during.Headers.ConnectionClose));
        Assert.False(stopping.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));
        await stopping;
        await Assert.ThrowsAsync<HttpRequestException>(() => gateway.Client.GetAsync(Predict));
    }

    /// <summary>A port of our own that refuses connections until somebody listens on it.</summary>
    private static Socket Bound()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private static async Task<string> ReasonAsync(TestGateway gateway, HttpStatusCode status)
    {
        using var response = await gateway.Client.GetAsync(Predict);
        Assert.Equal(status, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<JsonObject>())!["reason"]!.GetValue<string>();
    }

    private static Task CountedAsync(TestGateway gateway, string version, int code, int count) => TestGateway.EventuallyAsync(async () =>
        await gateway.MetricAsync("modelop_gateway_requests_total", $"version=\"{version}\"", $"code=\"{code}\"") == count);
}
