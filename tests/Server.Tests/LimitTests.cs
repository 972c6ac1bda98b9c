using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelOperator.Fakes;
using ModelOperator.Server.Http;
using ModelOperator.Server.Models;

namespace ModelOperator.Server.Tests;

/// <summary>How much the server takes on at once.</summary>
public sealed class LimitTests
{
    private const string Row = """{"features": {"size": 1.5, "grade": "good", "age": 3}}""";
    private const string Active = """modelop_server_requests{model="toys",version="toys-3",state="active"}""";
    private const string Waiting = """modelop_server_requests{model="toys",version="toys-3",state="waiting"}""";

    [Fact]
    public async Task Beyond_those_under_way_and_those_that_wait_requests_are_told_to_come_back()
    {
        await using var server = await ServerHarness.StartAsync(static options => options with { MaxConcurrentRequests = 1, MaxQueuedRequests = 1, RequestTimeout = TimeSpan.FromHours(1) });
        using var slow = await HalfAsync(server);
        await server.CountedAsync(1, Active);
        var second = server.PostAsync("/predict", Row);
        await server.CountedAsync(1, Waiting);
        using (var content = new StringContent(Row, Encoding.UTF8, "application/json"))
        using (var third = await server.Client.PostAsync(new Uri("/predict", UriKind.Relative), content))
        {
            Assert.Equal((HttpStatusCode.TooManyRequests, "1"), (third.StatusCode, third.Headers.RetryAfter!.ToString()));
            Assert.Contains("1 requests are under way and 1 may wait", await third.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(200, (await server.GetAsync("/v2/health/ready")).Status);
        await slow.GetStream().WriteAsync(Encoding.UTF8.GetBytes(Row[10..]));
        Assert.StartsWith("HTTP/1.1 200", await LineAsync(slow), StringComparison.Ordinal);
        Assert.Equal(200, (await second).Status);
        await server.CountedAsync(0, Active);
        await server.CountedAsync(0, Waiting);
        await server.CountedAsync(1, """modelop_predictions_total{model="toys",version="toys-3",code="429"}""");
    }

    [Fact]
    public async Task A_body_that_does_not_come_in_time_ends_its_request_and_gives_its_turn_back()
    {
        var time = new FakeTimeProvider();
        await using var server = await ServerHarness.StartAsync(static options => options with { MaxConcurrentRequests = 1, RequestTimeout = TimeSpan.FromSeconds(1) }, time);
        using var slow = await HalfAsync(server);
        await server.CountedAsync(1, Active);
        Assert.StartsWith("HTTP/1.1 408", await LateLineAsync(time, slow), StringComparison.Ordinal);
        await server.CountedAsync(0, Active);
        Assert.Equal(200, (await server.PostAsync("/predict", Row)).Status);
    }

    [Theory]
    [InlineData("Content-Length: 54", "")]
    [InlineData("Transfer-Encoding: chunked", "36\r\n")]
    public async Task A_body_that_comes_too_late_is_read_to_its_end_and_is_no_error_in_the_log(string length, string chunk)
    {
        var time = new FakeTimeProvider();
        using var log = new KeptLog();
        await using var server = await ServerHarness.StartAsync(static options => options with { RequestTimeout = TimeSpan.FromSeconds(1) }, time);
        server.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        using var slow = await HalfAsync(server, length, chunk);
        await server.CountedAsync(1, Active);
        Assert.StartsWith("HTTP/1.1 408", await LateLineAsync(time, slow), StringComparison.Ordinal);
        using var rest = new StreamReader(slow.GetStream());
        slow.Client.Shutdown(SocketShutdown.Send);
        _ = await Record.ExceptionAsync(async () => await rest.ReadToEndAsync());
        // Kestrel may warn of other things on a busy machine.
        Assert.DoesNotContain(log.Lines, static line => line.Contains("request body", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_client_that_goes_away_gives_its_turn_back()
    {
        await using var server = await ServerHarness.StartAsync(static options => options with { MaxConcurrentRequests = 1, RequestTimeout = TimeSpan.FromHours(1) });
        using (await HalfAsync(server))
            await server.CountedAsync(1, Active);
        await server.CountedAsync(0, Active);
        Assert.Equal(200, (await server.PostAsync("/predict", Row)).Status);
    }

    [Fact]
    public async Task Who_waits_too_long_is_told_to_come_back()
    {
        var time = new FakeTimeProvider();
        var options = ServerHarness.Options("/nowhere") with { MaxConcurrentRequests = 1 };
        using var gate = new RequestGate(options);
        using var first = new RequestDeadline(new DefaultHttpContext(), options, time);
        using var second = new RequestDeadline(new DefaultHttpContext(), options, time);
        await gate.EnterAsync(first);
        var waiting = gate.EnterAsync(second).AsTask();
        Assert.Equal((1, 1), (gate.InFlight, gate.Waiting));
        time.Advance(options.RequestTimeout);
        Assert.Equal(429, (await Assert.ThrowsAsync<RequestException>(() => waiting)).Status);
        Assert.Equal((1, 0), (gate.InFlight, gate.Waiting));
        gate.Leave();
        Assert.Equal(0, gate.InFlight);
    }

    [Fact]
    public async Task Long_predictions_take_turns_while_probes_are_answered()
    {
        var time = new FakeTimeProvider();
        await using var server = await ServerHarness.StartAsync(static options => options with { RequestTimeout = TimeSpan.FromSeconds(1) }, time);
        var turns = server.Services.GetRequiredService<PredictionTurns>();
        Assert.Equal(Environment.ProcessorCount, turns.Free);
        for (var turn = 0; turn < Environment.ProcessorCount; turn++)
            await turns.EnterAsync(CancellationToken.None);
        var batch = $$"""{"instances": [{{string.Join(',', Enumerable.Repeat("""{"size": 1.5, "grade": "good", "age": 3}""", PredictionPace.ManyRows + 1))}}]}""";
        var late = server.PostAsync("/predict", batch);
        await server.CountedAsync(1, Active);
        Assert.Equal(200, (await server.GetAsync("/v2/health/ready")).Status);
        while (!late.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(10);
        }

        Assert.Equal((503, "no predictor was free in time"), ((await late).Status, (await late).Body.GetProperty("error").GetString()));
        var waiting = server.PostAsync("/predict", batch);
        await server.CountedAsync(1, Active);
        for (var turn = 0; turn < Environment.ProcessorCount; turn++)
            turns.Leave();
        Assert.Equal(200, (await waiting).Status);
        Assert.Equal(Environment.ProcessorCount, turns.Free);
    }

    [Fact]
    public async Task Other_origins_are_not_let_in()
    {
        await using var server = await ServerHarness.StartAsync();
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/predict") { Headers = { { "Origin", "https://elsewhere.example" }, { "Access-Control-Request-Method", "POST" } } };
        using var answer = await server.Client.SendAsync(preflight);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
        using var simple = new HttpRequestMessage(HttpMethod.Post, "/predict") { Content = new StringContent(Row, Encoding.UTF8, "application/json"), Headers = { { "Origin", "https://elsewhere.example" } } };
        using var reply = await server.Client.SendAsync(simple);
        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        Assert.DoesNotContain(reply.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>A request that has sent ten bytes of its body.</summary>
    private static async Task<TcpClient> HalfAsync(ServerHarness server, string length = "Content-Length: 54", string chunk = "")
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Client.BaseAddress!.Port);
        await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes($"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{length}\r\n\r\n{chunk}{Row[..10]}"));
        return client;
    }

    /// <summary>The time of a request begins when it first waits, which is after it was counted.</summary>
    private static async Task<string> LateLineAsync(FakeTimeProvider time, TcpClient client)
    {
        var line = LineAsync(client);
        while (!line.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(10);
        }

        return await line;
    }

    private static async Task<string> LineAsync(TcpClient client)
    {
        using var reader = new StreamReader(client.GetStream(), leaveOpen: true);
        return await reader.ReadLineAsync() ?? "";
    }
}
