using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ModelOperator.Gateway.Hosting;
using ModelOperator.Gateway.Tests.Support;

namespace ModelOperator.Gateway.Tests;

/// <summary>Requests to a version that is scaled to zero, with real servers that start late.</summary>
public sealed class HoldTests : IDisposable
{
    /// <summary>An address that is taken, so that nobody else gets it, and refuses connections until somebody listens.</summary>
    private readonly Socket bound = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public HoldTests() => bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public void Dispose() => bound.Dispose();

    private static readonly Uri Predict = new("/predict", UriKind.Relative);
    private static readonly Uri Routes = new("/admin/routes", UriKind.Relative);
    private static readonly Uri Demand = new("/admin/routes?waitFor=demand", UriKind.Relative);

    private string Table(string revision, int? hold)
    {
        var table = TestGateway.Document(revision, ("stable", "p-1", $"http://{bound.LocalEndPoint}", 100));
        table["schema"] = hold is null ? 1 : 3;
        table["arms"]![0]!["holdSeconds"] = hold;
        return table.ToJsonString();
    }

    private async Task<TestGateway> AsleepAsync(int hold = 300, GatewayOptions? options = null)
    {
        var gateway = await TestGateway.StartAsync(options);
        gateway.Client.Timeout = TimeSpan.FromMinutes(5);
        Assert.True(gateway.Apply(Table("asleep", hold)));
        return gateway;
    }

    private static async Task<JsonNode> LoadAsync(TestGateway gateway, Uri? path = null) => (await gateway.Admin.GetFromJsonAsync<JsonObject>(path ?? Routes))!["load"]!;

    private static Task HeldAsync(TestGateway gateway, int count) => TestGateway.EventuallyAsync(async () => (int)(await LoadAsync(gateway))["held"]! == count);

    private static Task<HttpResponseMessage> PostAsync(TestGateway gateway, string body, CancellationToken cancellationToken = default) =>
        gateway.Client.PostAsync(Predict, new StringContent(body), cancellationToken);

    private static async Task<string?> ReasonAsync(HttpResponseMessage response) => (string?)(await response.Content.ReadFromJsonAsync<JsonObject>())!["reason"];

    [Theory]
    [InlineData(20)]
    [InlineData(300_000)]
    public async Task The_first_request_waits_for_its_server_and_is_answered(int length)
    {
        await using var gateway = await AsleepAsync();
        var body = new string('x', length);
        var asked = PostAsync(gateway, body);
        await HeldAsync(gateway, 1);
        Assert.False(asked.IsCompleted);
        await using var server = await Upstream.StartAsync(async context =>
        {
            using StreamReader reader = new(context.Request.Body);
            await context.Response.WriteAsync("got " + (await reader.ReadToEndAsync()).Length);
        }, bound);
        using var answer = await asked;
        Assert.Equal((HttpStatusCode.OK, "got " + length), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        Assert.Equal(1, server.Requests);
        await TestGateway.EventuallyAsync(async () => await gateway.MetricAsync("modelop_gateway_held_requests_total", "passed") == 1);
        var load = await LoadAsync(gateway);
        Assert.Equal((1, 0, 0), ((int)load["requests"]!, (int)load["inFlight"]!, (int)load["held"]!));
    }

    [Fact]
    public async Task Many_wait_and_each_is_sent_once()
    {
        await using var gateway = await AsleepAsync();
        var asked = Enumerable.Range(0, 200).Select(i => PostAsync(gateway, "row " + i)).ToList();
        await HeldAsync(gateway, 200);
        await using var server = await Upstream.StartAsync(async context =>
        {
            using StreamReader reader = new(context.Request.Body);
            await context.Response.WriteAsync(await reader.ReadToEndAsync());
        }, bound);
        var answers = await Task.WhenAll(asked);
        for (var i = 0; i < answers.Length; i++)
            Assert.Equal("row " + i, await answers[i].Content.ReadAsStringAsync());
        Assert.Equal(200, server.Requests);
    }

    [Fact]
    public async Task No_more_wait_than_may_and_the_others_are_told_to_come_again()
    {
        await using var gateway = await AsleepAsync(options: new() { DrainDelay = TimeSpan.Zero, MaxHeld = 2 });
        using CancellationTokenSource gone = new();
        Task<HttpResponseMessage>[] waiting = [PostAsync(gateway, "1", gone.Token), PostAsync(gateway, "2", gone.Token)];
        await HeldAsync(gateway, 2);
        using var refused = await PostAsync(gateway, "3");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "TooManyHeld"), (refused.StatusCode, await ReasonAsync(refused)));
        Assert.NotNull(refused.Headers.RetryAfter);
        // A client that goes leaves its place to another.
        await gone.CancelAsync();
        foreach (var one in waiting)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        await HeldAsync(gateway, 0);
        Assert.Equal(2, await gateway.MetricAsync("modelop_gateway_held_requests_total", "gone"));
        Assert.Equal(2, await gateway.MetricAsync("modelop_gateway_requests_total", "code=\"499\""));
    }

    [Fact]
    public async Task Bodies_that_lie_in_buffers_are_bounded_too()
    {
        await using var gateway = await AsleepAsync(options: new() { DrainDelay = TimeSpan.Zero, MaxHeldBytes = 1000 });
        using CancellationTokenSource gone = new();
        var small = PostAsync(gateway, new string('x', 900), gone.Token);
        await HeldAsync(gateway, 1);
        using var refused = await PostAsync(gateway, new string('x', 200));
        Assert.Equal("TooManyHeld", await ReasonAsync(refused));
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => small);
    }

    [Fact]
    public async Task A_server_that_does_not_start_in_time_is_a_503_with_a_reason()
    {
        await using var gateway = await AsleepAsync(hold: 1);
        using var answer = await PostAsync(gateway, "{}");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "ServerNotStarted"), (answer.StatusCode, await ReasonAsync(answer)));
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Equal("p-1", answer.Headers.GetValues("x-model-version").Single());
        await TestGateway.EventuallyAsync(async () => await gateway.MetricAsync("modelop_gateway_requests_total", "code=\"503\"") == 1);
    }

    [Fact]
    public async Task A_gateway_that_goes_answers_what_it_holds()
    {
        await using var gateway = await AsleepAsync();
        var asked = PostAsync(gateway, "{}");
        await HeldAsync(gateway, 1);
        await gateway.StopAsync();
        using var answer = await asked;
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "GatewayStopping"), (answer.StatusCode, await ReasonAsync(answer)));
    }

    [Fact]
    public async Task Who_scales_is_told_as_soon_as_somebody_waits()
    {
        await using var gateway = await AsleepAsync();
        using CancellationTokenSource gone = new();
        var told = LoadAsync(gateway, Demand);
        var asked = PostAsync(gateway, "{}", gone.Token);
        // Nothing but the request ends the wait this soon: without it the answer is kept back for 30 s.
        Assert.Equal(1, (int)(await told)["held"]!);
        Assert.Equal(1, (int)(await LoadAsync(gateway, Demand))["held"]!);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    [Fact]
    public async Task A_table_that_says_that_there_are_servers_lets_them_through()
    {
        await using var gateway = await AsleepAsync();
        var asked = PostAsync(gateway, "{}");
        await HeldAsync(gateway, 1);
        Assert.True(gateway.Apply(Table("awake", null)));
        using var answer = await asked;
        // It was wrong, and after the usual patience the usual answer says so.
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(0, (int)(await LoadAsync(gateway))["held"]!);
    }

    [Fact]
    public async Task Feedback_waits_as_predictions_do()
    {
        await using var gateway = await AsleepAsync();
        var asked = gateway.Client.PostAsync(new Uri("/feedback", UriKind.Relative), JsonContent.Create(new { id = "p-1~7", truth = 3 }));
        await HeldAsync(gateway, 1);
        await using var server = await Upstream.StartAsync(context => context.Response.WriteAsync("thanks"), bound);
        using var answer = await asked;
        Assert.Equal("thanks", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Load_says_what_there_is_to_do()
    {
        TaskCompletionSource go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await Upstream.StartAsync(async context =>
        {
            await go.Task;
            await context.Response.WriteAsync("ok");
        });
        await using var gateway = await TestGateway.StartAsync();
        gateway.Apply(("stable", "p-1", server.Url, 1));
        var asked = Enumerable.Range(0, 3).Select(_ => PostAsync(gateway, "{}")).ToList();
        await TestGateway.EventuallyAsync(async () => (int)(await LoadAsync(gateway))["inFlight"]! == 3);
        Assert.Equal((3, 0d, 0d), ((int)(await LoadAsync(gateway))["requests"]!, (double)(await LoadAsync(gateway))["idleSeconds"]!, (double)(await LoadAsync(gateway))["busySeconds"]!));
        go.SetResult();
        await Task.WhenAll(asked);
        await TestGateway.EventuallyAsync(async () => (int)(await LoadAsync(gateway))["inFlight"]! == 0 && (double)(await LoadAsync(gateway))["busySeconds"]! > 0);
    }

    [Fact]
    public async Task Feedback_that_is_cut_by_version_is_a_request_under_way_for_each_of_them()
    {
        TaskCompletionSource go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await Upstream.StartAsync(_ => go.Task);
        await using var gateway = await TestGateway.StartAsync();
        // One of them has no address: its part is over at once, the other is worked on.
        gateway.Apply(("stable", "p-1", server.Url, 1), ("canary", "p-2", null, 0));
        var told = gateway.Client.PostAsync(new Uri("/feedback", UriKind.Relative), new StringContent("""{"predictions":[{"id":"p-1~a","truth":1},{"id":"p-2~b","truth":2}]}"""));
        await TestGateway.EventuallyAsync(async () => (int)(await LoadAsync(gateway))["requests"]! == 2 && (int)(await LoadAsync(gateway))["inFlight"]! == 1);
        Assert.Equal(0d, (double)(await LoadAsync(gateway))["idleSeconds"]!);
        go.SetResult();
        using var answer = await told;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        await TestGateway.EventuallyAsync(async () => (int)(await LoadAsync(gateway))["inFlight"]! == 0);
    }

    [Theory]
    [InlineData(1, 60)]
    [InlineData(3, 0)]
    public async Task A_wrong_time_or_an_older_schema_is_refused(int schema, int hold)
    {
        await using var gateway = await TestGateway.StartAsync();
        var table = JsonNode.Parse(Table("x", hold))!;
        table["schema"] = schema;
        Assert.False(gateway.Apply(table.ToJsonString()));
    }
}
