using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ModelOperator.Analysis;
using ModelOperator.CanaryDeployments;
using ModelOperator.Kubernetes;
using ModelOperator.Metrics;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>Metrics of type Web, against a real server on loopback.</summary>
public sealed class WebProviderTests : IMetricSource
{
    private static readonly CanaryMetric Metric = new()
    {
        Name = "web",
        Type = CanaryMetricType.Web,
        Threshold = new() { Max = "1" },
        Web = new() { Url = "https://judge.{{namespace}}.svc/score?version={{version}}&from={{start}}&to={{end}}", JsonPath = "$.score" },
    };

    private readonly ConcurrentQueue<string> seen = new();
    private readonly ConcurrentQueue<WebQuery> asked = new();

    private static JsonPath Path(string text) => JsonPath.TryParse(text, out var path, out var error) ? path : throw new InvalidOperationException(error);

    private async Task<Sample> AskAsync(Func<WebQuery, WebQuery> change, RequestDelegate answer, int seconds = 120)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        await using var app = builder.Build();
        app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var head = context.Request.Headers;
            seen.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {context.Request.ContentType} {head.Accept} {head.Authorization} {await reader.ReadToEndAsync()}".Trim());
            await answer(context);
        });
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var connections = new ProviderConnections((_, _, _) => Task.FromResult<V1Secret?>(new()
        {
            Metadata = new() { Labels = new() { [ProviderConnections.AllowLabel] = "true" } },
            Data = new() { ["token"] = Encoding.UTF8.GetBytes("Bearer secret") },
        }));
        return await new WebMetricClient(connections, TimeSpan.FromSeconds(seconds)).QueryAsync(change(new(address + "/score?secret=1", Path("$.score"))), CancellationToken.None);
    }

    private static RequestDelegate Answer(int code, string body) => async context =>
    {
        context.Response.StatusCode = code;
        await context.Response.WriteAsync(body);
    };

    [Theory]
    [InlineData(200, """{"score":0.25}""", SampleKind.Number, "")]
    [InlineData(201, """{"score":"0.25"}""", SampleKind.Number, "")]
    [InlineData(200, """{"other":1}""", SampleKind.Empty, "nothing at the path")]
    [InlineData(200, """{"score":{"value":1}}""", SampleKind.Unparsable, "the path leads to an object, not to a number")]
    [InlineData(200, "<html>login</html>", SampleKind.Unparsable, "the answer is not JSON")]
    [InlineData(204, "", SampleKind.Unparsable, "the answer is not JSON")]
    [InlineData(302, "", SampleKind.QueryFailed, "/score answered HTTP 302")]
    [InlineData(404, """{"score":1}""", SampleKind.QueryFailed, "/score answered HTTP 404")]
    [InlineData(503, """{"score":1}""", SampleKind.QueryFailed, "/score answered HTTP 503")]
    public async Task An_answer_is_a_number_no_data_or_an_error(int code, string body, SampleKind kind, string words)
    {
        var sample = await AskAsync(query => query, code == 204 ? context => { context.Response.StatusCode = 204; return Task.CompletedTask; } : Answer(code, body));
        Assert.Equal(kind, sample.Kind);
        Assert.Contains(words, sample.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", sample.Detail, StringComparison.Ordinal);
        Assert.Equal("GET /score?secret=1  application/json", Assert.Single(seen));
    }

    [Fact]
    public async Task A_post_carries_its_body_and_the_secrets_headers()
    {
        var sample = await AskAsync(
            query => query with { IsPost = true, Body = """{"v":"diamonds-2"}""", Access = new("shop") { SecretHeaders = [new("Authorization", "s", "token")] } }, Answer(200, """{"score":true}"""));
        Assert.Equal(1, sample.Value);
        Assert.Equal("""POST /score?secret=1 application/json; charset=utf-8 application/json Bearer secret {"v":"diamonds-2"}""", Assert.Single(seen));
    }

    [Fact]
    public async Task Silence_and_too_much_are_errors()
    {
        var silent = await AskAsync(query => query with { Timeout = TimeSpan.FromSeconds(1) }, context => Task.Delay(TimeSpan.FromSeconds(60), context.RequestAborted));
        Assert.Equal(SampleKind.QueryFailed, silent.Kind);
        Assert.EndsWith("did not answer within 1 s", silent.Detail, StringComparison.Ordinal);
        var huge = await AskAsync(query => query, Answer(200, new string(' ', WebMetricClient.MaxBytes + 1)));
        Assert.Contains($"answered more than {WebMetricClient.MaxBytes} bytes", huge.Detail, StringComparison.Ordinal);
    }

    public Task<Sample> QueryAsync(MetricQuery query, CancellationToken cancellationToken)
    {
        asked.Enqueue((WebQuery)query);
        return Task.FromResult(Sample.Of(asked.Count));
    }

    [Fact]
    public async Task The_look_fills_url_and_body_for_both_versions()
    {
        var metric = Metric with { Compare = new(), WindowSeconds = 60, Web = Metric.Web! with { Method = WebMethod.POST, Body = "{\"w\":\"{{window}}\",\"c\":\"{{canary}}\"}", TimeoutSeconds = 7 } };
        var canary = Of(Spec(null, metric), new() { CanaryVersion = "diamonds-2", StableVersion = "diamonds-1", Weights = new() { Canary = 5, Verified = true }, StepIndex = 1, StepStartedAt = Start });
        var looks = await new CanaryMeasurements(this, Options with { PrometheusUrl = null })
            .LookAsync(canary, System.Collections.Immutable.ImmutableDictionary<string, MetricState>.Empty, Start.AddSeconds(90), CancellationToken.None);
        var end = Start.AddSeconds(90).ToUnixTimeSeconds();
        Assert.Equal(
            new[] { "diamonds-1", "diamonds-2" }.Select(version => $"https://judge.shop.svc/score?version={version}&from={end - 60}&to={end}"),
            asked.Select(query => query.Address).Order(StringComparer.Ordinal));
        Assert.All(asked, query => Assert.Equal((true, "{\"w\":\"60s\",\"c\":\"prices\"}", 7), (query.IsPost, query.Body, query.Timeout!.Value.TotalSeconds)));
        Assert.Equal("web", Assert.Single(looks).Key);
    }

    private static CanaryDeploymentSpec Web(Func<WebProvider, WebProvider> change) => Spec(null, Metric with { Web = change(Metric.Web!) });

    public static TheoryData<string, CanaryDeploymentSpec> Wrong() => new()
    {
        { "spec.analysis.metrics[0].web: type Web needs it", Spec(null, Metric with { Web = null }) },
        { "spec.analysis.metrics[0].web: only type Web takes it, not Query", Spec(null, Metric with { Type = CanaryMetricType.Query, Query = "up{v=\"{{version}}\"}" }) },
        { "spec.analysis.metrics[0]: type Web needs at least one of threshold, compare, successCondition, failureCondition", Spec(null, Metric with { Threshold = null }) },
        { "spec.analysis.metrics[0].web.url: \"file:///etc/passwd\" is not allowed; it must be an http or https URL", Web(w => w with { Url = "file:///etc/passwd" }) },
        { "spec.analysis.metrics[0].web.url: \"http://me:pw@x\" is not allowed", Web(w => w with { Url = "http://me:pw@x" }) },
        { "before its path; allowed there: {{canary}}, {{namespace}}", Web(w => w with { Url = "http://{{version}}.x/score" }) },
        { "spec.analysis.metrics[0].web.url: column 12: unknown placeholder {{pod}}; allowed: {{version}}, {{canary}}, {{namespace}}, {{window}}, {{start}}, {{end}}.", Web(w => w with { Url = "http://x/s?{{pod}}" }) },
        { "spec.analysis.metrics[0].web.url: column 12: {{ is not closed by }}.", Web(w => w with { Url = "http://x/s?{{version" }) },
        { "spec.analysis.metrics[0].web.body: method GET sends none; allowed with: POST", Web(w => w with { Body = "{}" }) },
        { "spec.analysis.metrics[0].web.jsonPath: \"score\": column 1: a path begins with $. Allowed: $, .name, ['name'], [0], [-1], [*].", Web(w => w with { JsonPath = "score" }) },
        { "spec.analysis.metrics[0].web.timeoutSeconds: 0 is not between 1 and 60", Web(w => w with { TimeoutSeconds = 0 }) },
        { "spec.analysis.metrics[0].web.caBundle: \"http://x/{{version}}\" is no https address", Web(w => w with { Url = "http://x/{{version}}", ClientCertificate = null, CaBundle = PrometheusProviderTests.Pem }) },
        { "spec.analysis.metrics[0].web: compared with the stable version, but neither url nor body has {{version}}", Spec(null, Metric with { Compare = new(), Web = Metric.Web! with { Url = "http://x" } }) },
        { "spec.analysis.metrics[0].web.url: has no {{version}}: the number of both versions together", Web(w => w with { Url = "http://x/{{namespace}}" }) },
        { "spec.analysis.metrics[0].scope: Shared does not fit a web.url with {{version}}", Spec(null, Metric with { Scope = MetricScope.Shared }) },
        { "spec.analysis.metrics[0].compare.statistic: SequentialMean does not fit type Web; allowed: Relative, MannWhitney", Spec(null, Metric with { Compare = new() { Statistic = MetricStatistic.SequentialMean } }) },
        { "spec.analysis.metrics[0].samplesQuery: only type Query takes one; type Web counts its own", Spec(null, Metric with { SamplesQuery = "x" }) },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_request_is_refused_with_field_value_and_what_is_allowed(string words, CanaryDeploymentSpec spec) =>
        Assert.Contains(words, Assert.Single(CanaryValidation.Problems(Of(spec))), StringComparison.Ordinal);

    [Fact]
    public void A_sound_request_passes()
    {
        Assert.Empty(CanaryValidation.Problems(Of(Spec(null, Metric, Metric with { Name = "b", SuccessCondition = "result < 1.1 * stable", Compare = new() { Statistic = MetricStatistic.MannWhitney } }))));
        Assert.Empty(CanaryValidation.Problems(Of(Spec(null, Metric with { Scope = MetricScope.Shared, Web = Metric.Web! with { Url = "http://x" } }))));
        Assert.Empty(CanaryValidation.Problems(Of(Web(w => w with { Url = "http://x", Method = WebMethod.POST, Body = "{{version}}" }))));
        Assert.Empty(CanaryValidation.Problems(Of(Web(w => w with { Method = WebMethod.POST, Body = "{\"a\":{\"b\":\"{{version}}\"}}", JsonPath = "$['a b'][0].c[*]" }))));
    }
}
