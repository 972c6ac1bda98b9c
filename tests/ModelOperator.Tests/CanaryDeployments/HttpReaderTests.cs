using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using ModelOperator.Analysis;
using ModelOperator.CanaryDeployments;
using ModelOperator.Fakes;
using ModelOperator.Kubernetes;
using ModelOperator.Metrics;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>The two HTTP clients of the room against a real server on loopback.</summary>
public sealed class HttpReaderTests
{
    private static readonly ProviderConnections Connections = new((_, _, _) => Task.FromResult<V1Secret?>(null));

    internal static async Task<WebApplication> ServeAsync(RequestDelegate handler, IPEndPoint? at = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(at ?? new(IPAddress.Loopback, 0)));
        var app = builder.Build();
        app.Run(handler);
        await app.StartAsync();
        return app;
    }

    internal static string Address(WebApplication app) => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    private static async Task<(Sample Sample, int Requests)> AskAsync(RequestDelegate handler, int seconds = 120)
    {
        var requests = 0;
        await using var app = await ServeAsync(context =>
        {
            Interlocked.Increment(ref requests);
            return handler(context);
        });
        var sample = await new PrometheusClient(Connections, TimeSpan.FromSeconds(seconds)).QueryAsync(new(Address(app) + "/", "up"), CancellationToken.None);
        return (sample, requests);
    }

    private static RequestDelegate Answer(int code, string body) => async context =>
    {
        context.Response.StatusCode = code;
        await context.Response.WriteAsync(body);
    };

    [Fact]
    public async Task A_query_about_the_past_names_its_time()
    {
        string? seen = null;
        await using var app = await ServeAsync(async context => seen = (await context.Request.ReadFormAsync())["time"]);
        await new PrometheusClient(Connections).QueryAsync(new(Address(app), "up") { At = DateTimeOffset.FromUnixTimeSeconds(1772352000) }, CancellationToken.None);
        Assert.Equal("1772352000", seen);
    }

    [Fact]
    public async Task A_query_is_posted_as_a_form_and_its_number_read()
    {
        string? seen = null;
        var (sample, _) = await AskAsync(async context =>
        {
            var form = await context.Request.ReadFormAsync();
            seen = $"{context.Request.Method} {context.Request.Path} {form["query"]}";
            await context.Response.WriteAsync("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"0.25"]}]}}""");
        });
        Assert.Equal("POST /api/v1/query up", seen);
        Assert.Equal((SampleKind.Number, 0.25), (sample.Kind, sample.Value));
    }

    [Theory]
    [InlineData(400, """{"status":"error","errorType":"bad_data","error":"parse error at char 3"}""", SampleKind.QueryFailed, "bad_data: parse error at char 3", 1)]
    [InlineData(422, """{"status":"error","errorType":"execution","error":"too many samples"}""", SampleKind.QueryFailed, "too many samples", 1)]
    [InlineData(500, "oops", SampleKind.QueryFailed, "answered HTTP 500", 2)]
    [InlineData(404, "nothing", SampleKind.QueryFailed, "answered HTTP 404", 2)]
    [InlineData(200, "<html>login</html>", SampleKind.Unparsable, "is the address that of a Prometheus API?", 1)]
    [InlineData(200, """{"status":"success","data":{"resultType":"vector","result":[]}}""", SampleKind.Empty, "no series", 1)]
    [InlineData(200, """{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"NaN"]}]}}""", SampleKind.NotANumber, "NaN", 1)]
    public async Task Every_other_answer_says_what_it_was(int code, string body, SampleKind kind, string words, int requests)
    {
        var (sample, asked) = await AskAsync(Answer(code, body));
        Assert.Equal((kind, requests), (sample.Kind, asked));
        Assert.Contains(words, sample.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_huge_answer_is_refused_whether_it_declares_its_length_or_not(bool declared)
    {
        var bytes = Encoding.UTF8.GetBytes(new string('x', PrometheusClient.MaxBytes + 1));
        var (sample, _) = await AskAsync(async context =>
        {
            context.Response.ContentLength = declared ? bytes.Length : null;
            await context.Response.Body.WriteAsync(bytes);
        });
        Assert.Equal(SampleKind.QueryFailed, sample.Kind);
        Assert.Contains("aggregate the query to one number", sample.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silence_ends_after_the_limit_and_a_cancelled_call_is_cancelled()
    {
        var (sample, asked) = await AskAsync(context => Task.Delay(TimeSpan.FromSeconds(30), context.RequestAborted), 5);
        Assert.Equal(SampleKind.QueryFailed, sample.Kind);
        // Not asked again; and not at all where the machine stood still on the way.
        Assert.InRange(asked, 0, 1);
        Assert.Contains("did not answer within 5 s", sample.Detail, StringComparison.Ordinal);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new PrometheusClient(Connections).QueryAsync(new("http://127.0.0.1:9", "up"), cancelled.Token));
    }

    [Theory]
    [InlineData("http://127.0.0.1:9", "cannot be reached")]
    [InlineData("http://", "no http address")]
    [InlineData("gopher://x", "no http address")]
    public async Task An_address_without_a_prometheus_is_an_outage(string address, string words)
    {
        var sample = await new PrometheusClient(Connections, TimeSpan.FromSeconds(120)).QueryAsync(new(address, "up"), CancellationToken.None);
        Assert.Equal(SampleKind.QueryFailed, sample.Kind);
        Assert.Contains(words, sample.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, """{"revision":"v1:abc","rejected":null,"arms":[]}""", "v1:abc", null)]
    [InlineData(200, """{"revision":"v1:abc","rejected":{"reason":"weights","revision":"v1:x"}}""", "v1:abc", "it refused a table: {\"reason\":\"weights\"")]
    [InlineData(200, """{"revision":null}""", null, null)]
    [InlineData(200, "[]", null, "not a JSON object")]
    [InlineData(200, "hello", null, "not JSON")]
    [InlineData(503, "{}", null, "HTTP 503")]
    public async Task A_gateways_report_is_read_or_says_what_is_wrong(int code, string body, string? revision, string? error)
    {
        await using var app = await ServeAsync(Answer(code, body));
        using var http = new HttpClient();
        var report = await new HttpGatewayReader(http, TimeSpan.FromSeconds(120), new Uri(Address(app)).Port).ReadAsync("gateway-0", "127.0.0.1", CancellationToken.None);
        Assert.Equal(("gateway-0", revision), (report.Pod, report.Revision));
        Assert.Equal(error is null, report.Error is null);
        Assert.Contains(error ?? "", report.Error ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_of_a_gateways_connection_stays_with_the_operator()
    {
        string? connection = null;
        await using var app = await ServeAsync(
            context =>
            {
                connection = context.Request.Headers.Connection;
                return context.Response.WriteAsync("{}");
            });
        using var http = new HttpClient();
        Assert.Null((await new HttpGatewayReader(http, TimeSpan.FromSeconds(120), new Uri(Address(app)).Port).ReadAsync("g", "127.0.0.1", CancellationToken.None)).Error);
        Assert.Equal("close", connection);
    }

    [Fact]
    public async Task A_gateway_that_is_silent_huge_or_away_is_a_report_with_an_error()
    {
        const string address = "127.0.0.1";
        var port = FreePort.Next();
        using var http = new HttpClient();
        var reader = new HttpGatewayReader(http, port: port);
        Assert.NotNull((await reader.ReadAsync("g", address, CancellationToken.None)).Error);
        Assert.NotNull((await reader.ReadAsync("g", "not an address", CancellationToken.None)).Error);
        var huge = false;
        await using var app = await ServeAsync(
            async context =>
            {
                if (huge)
                    await context.Response.WriteAsync(new string('x', HttpGatewayReader.MaxBytes + 1));
                else
                    await Task.Delay(TimeSpan.FromSeconds(30), context.RequestAborted);
            },
            new(IPAddress.Loopback, port));
        Assert.Equal("no answer within 2 s", (await reader.ReadAsync("g", address, CancellationToken.None)).Error);
        huge = true;
        Assert.NotNull((await reader.ReadAsync("g", address, CancellationToken.None)).Error);
    }
}
