using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using ModelOperator.Fakes;

namespace ModelOperator.Kubernetes.Tests;

public sealed class FaultTests : ClientTest
{
    private static readonly EntityDescriptor<V1ConfigMap> Maps = KubernetesDescriptors.ConfigMaps;

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Overload_with_retry_after_is_repeated_for_writes_too(int code)
    {
        var fault = Server.Inject(new Fault(r => r.IsWrite, FaultKind.Status) { Code = code, RetryAfterSeconds = 0, Times = 2 });
        await Client.CreateAsync(Maps, Map("m"), null, Token);
        Assert.Equal((2, 3), (fault.Hits, Server.Writes.Count));
    }

    [Fact]
    public async Task Overload_without_end_is_thrown_after_the_bound_with_its_facts()
    {
        Server.Inject(new Fault(_ => true, FaultKind.Status) { Code = 429, RetryAfterSeconds = 0, Reason = KubernetesReasons.TooManyRequests });
        var e = await Assert.ThrowsAsync<KubernetesException>(() => Client.ListAllAsync(Maps, "default", null, Token));
        Assert.True(e.IsTooManyRequests && e.IsTransient);
        Assert.Equal(TimeSpan.Zero, e.RetryAfter);
        Assert.Equal(4, Server.Requests.Count);
    }

    [Fact]
    public async Task A_wait_that_is_too_long_is_thrown_at_once()
    {
        Server.Inject(new Fault(_ => true, FaultKind.Status) { Code = 429, RetryAfterSeconds = 3600 });
        var e = await Assert.ThrowsAsync<KubernetesException>(() => Client.ListAllAsync(Maps, "default", null, Token));
        Assert.Equal(TimeSpan.FromHours(1), e.RetryAfter);
        Assert.Equal(KubernetesReasons.TooManyRequests, e.Reason); // plain text body
        Assert.Single(Server.Requests);
    }

    [Fact]
    public async Task Reads_survive_a_cut_connection_and_writes_do_not_repeat()
    {
        Server.Inject(new Fault(_ => true, FaultKind.CutBefore) { Times = 1 });
        Assert.Empty((await Client.ListAllAsync(Maps, "default", null, Token)).Items);

        Server.ClearRequests();
        Server.Inject(new Fault(r => r.IsWrite, FaultKind.CutAfter) { Times = 1 });
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => Client.CreateAsync(Maps, Map("m"), null, Token));
        Assert.Single(Server.Writes);
        Assert.NotNull(Server.Find("configmaps", "default", "m"));
    }

    [Fact]
    public async Task A_hung_request_ends_with_a_timeout_that_names_it()
    {
        Server.Inject(new Fault(_ => true, FaultKind.Hang));
        using var client = NewClient(ClientOptions with { RequestTimeout = TimeSpan.FromMilliseconds(100) });
        var e = await Assert.ThrowsAsync<TimeoutException>(() => client.GetAsync(Maps, "m", "default", Token));
        Assert.Contains("/api/v1/namespaces/default/configmaps/m", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancellation_is_cancellation_and_not_a_timeout()
    {
        Server.Inject(new Fault(_ => true, FaultKind.Hang));
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Client.GetAsync(Maps, "m", "default", stop.Token));
    }

    [Fact]
    public async Task A_connection_that_takes_too_long_is_a_broken_one_and_not_a_cancellation()
    {
        // Takes connections, and says nothing about TLS.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var host = new Uri($"https://{silent.LocalEndpoint}");
        // Long enough to begin: a try whose time is over before its first packet is none that can be counted.
        using var client = NewClient(ClientOptions with { ConnectTimeout = TimeSpan.FromMilliseconds(500) }, configuration: KubernetesClientConfiguration.ForHost(host));
        var e = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(Maps, "m", "default", Token));
        Assert.Equal(HttpRequestError.ConnectionError, e.HttpRequestError);
        Assert.Contains("/configmaps/m: no connection within 0.5 s", e.Message, StringComparison.Ordinal);
        // A read is worth as many tries as after any other broken connection.
        for (var tries = 0; tries < 4; tries++)
            (await silent.AcceptTcpClientAsync(Token)).Dispose();
    }

    [Fact]
    public async Task A_success_that_is_no_JSON_is_a_JSON_error()
    {
        Server.Inject(new Fault(_ => true, FaultKind.GarbageBody));
        await Assert.ThrowsAsync<JsonException>(() => Client.GetAsync(Maps, "m", "default", Token));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_an_HttpRequestException()
    {
        using var client = NewClient(ClientOptions, configuration: KubernetesClientConfiguration.ForHost(new Uri("http://127.0.0.1:1")));
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(Maps, "m", "default", Token));
    }

    [Theory]
    [InlineData(KillPoint.BeforeWrite, false)]
    [InlineData(KillPoint.BeforeReply, true)]
    public async Task The_kill_switch_cuts_at_the_chosen_write_and_after_it(KillPoint point, bool written)
    {
        Server.KillSwitch.Arm(2, point);
        await Client.CreateAsync(Maps, Map("one"), null, Token);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => Client.CreateAsync(Maps, Map("two"), null, Token));
        await Server.KillSwitch.Killed;
        Assert.Equal(written, Server.Find("configmaps", "default", "two") is not null);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => Client.GetAsync(Maps, "one", "default", Token));
        Server.KillSwitch.Disarm();
        Assert.NotNull(await Client.GetAsync(Maps, "one", "default", Token));
    }

    [Fact]
    public async Task The_rate_limit_lets_a_burst_through_and_then_paces()
    {
        var time = new FakeTimeProvider();
        var bucket = new TokenBucket(rate: 10, burst: 3, time);
        for (var i = 0; i < 3; i++)
            Assert.True(bucket.TakeAsync(Token).AsTask().IsCompleted);
        var fourth = bucket.TakeAsync(Token).AsTask();
        time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.False(fourth.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        await fourth.WaitAsync(Token);

        using var stop = new CancellationTokenSource();
        var cancelled = bucket.TakeAsync(stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        time.Advance(TimeSpan.FromMilliseconds(100)); // the cancelled wait gave its token back
        Assert.True(bucket.TakeAsync(Token).AsTask().IsCompleted);
    }

    [Fact]
    public async Task A_handler_can_be_injected()
    {
        using var handler = new Teapot();
        using var client = new KubernetesClient(Server.Configuration, ClientOptions, TimeProvider.System, new Random(1), handler);
        var e = await Assert.ThrowsAsync<KubernetesException>(() => client.GetAsync(Maps, "m", "default", Token));
        Assert.Equal((418, KubernetesReasons.Unknown, "short and stout"), ((int)e.StatusCode, e.Reason, e.Status.Message));
    }

    private sealed class Teapot : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage((HttpStatusCode)418) { Content = new StringContent("short and stout") });
    }
}
