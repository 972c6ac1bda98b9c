using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using ModelOperator.Analysis;
using ModelOperator.CanaryDeployments;
using ModelOperator.Kubernetes;
using ModelOperator.Metrics;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>What a metric says about its Prometheus, against a real server on loopback.</summary>
public sealed class PrometheusProviderTests : IMetricSource
{
    private const string One = """{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"1"],[2,"3"]]}]}}""";

    private readonly ConcurrentDictionary<string, V1Secret> secrets = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> seen = new();
    private readonly ConcurrentQueue<PrometheusQuery> asked = new();
    private int status = 200;

    private PrometheusClient Client => new(new((space, name, _) => Task.FromResult(secrets.GetValueOrDefault($"{space}/{name}"))), TimeSpan.FromSeconds(120));

    private void Secret(string name, bool allowed, params (string Key, string Value)[] data) => secrets["shop/" + name] = new()
    {
        Metadata = new() { Name = name, NamespaceProperty = "shop", Labels = allowed ? new() { [ProviderConnections.AllowLabel] = "true" } : null },
        Data = data.ToDictionary(pair => pair.Key, pair => Encoding.UTF8.GetBytes(pair.Value)),
    };

    private async Task<WebApplication> ServeAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
                listen.UseHttps(https =>
                {
                    https.ServerCertificate = certificate;
                    https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                    https.AllowAnyClientCertificate();
                });
        }));
        var app = builder.Build();
        app.Run(async context =>
        {
            var form = string.Join('&', (await context.Request.ReadFormAsync()).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));
            var shown = (await context.Connection.GetClientCertificateAsync())?.Subject;
            seen.Enqueue($"{context.Request.Path} {form} auth={context.Request.Headers.Authorization} org={context.Request.Headers["X-Scope-OrgID"]} cert={shown}");
            context.Response.StatusCode = status;
            if (status == 302)
                context.Response.Headers.Location = "/elsewhere";
            await context.Response.WriteAsync(One);
        });
        await app.StartAsync();
        return app;
    }

    private static string Address(WebApplication app) => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    private static X509Certificate2 Certificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new(2120, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    internal static string Pem
    {
        get
        {
            using var authority = Certificate("authority");
            return authority.ExportCertificatePem();
        }
    }

    [Fact]
    public async Task A_query_carries_headers_of_its_own_and_of_secrets_and_its_time()
    {
        Secret("mimir", true, ("token", "Bearer secret\n"));
        await using var app = await ServeAsync();
        var query = new PrometheusQuery(Address(app), "up")
        {
            At = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_500),
            Access = new("shop") { Headers = [new("X-Scope-OrgID", "team-a")], SecretHeaders = [new("Authorization", "mimir", "token")] },
        };
        Assert.Equal(SampleKind.SeveralSeries, (await Client.QueryAsync(query, CancellationToken.None)).Kind);
        Assert.Equal("/api/v1/query query=up&time=1700000000.5 auth=Bearer secret org=team-a cert=", Assert.Single(seen));
    }

    [Fact]
    public async Task A_range_begins_one_step_after_the_window_and_ends_with_it()
    {
        await using var app = await ServeAsync();
        var query = new PrometheusQuery(Address(app), "up") { At = DateTimeOffset.FromUnixTimeSeconds(1000), Range = TimeSpan.FromSeconds(300), Step = TimeSpan.FromSeconds(60) };
        Assert.Equal(new[] { 1d, 3d }, (await Client.QueryAsync(query, CancellationToken.None)).Values.AsEnumerable());
        Assert.StartsWith("/api/v1/query_range end=1000&query=up&start=760&step=60 ", Assert.Single(seen), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("away", "token", "Secret away does not exist in namespace shop")]
    [InlineData("closed", "token", "Secret closed may not be sent to providers: its owner allows it by the label modeloperator.io/provider-credentials=true")]
    [InlineData("open", "other", "Secret open has no key other")]
    [InlineData("open", "split", "header Authorization has a value with control characters")]
    public async Task A_secret_that_cannot_be_used_is_an_error_and_nothing_is_sent(string name, string key, string words)
    {
        Secret("closed", false, ("token", "x"));
        Secret("open", true, ("token", "x"), ("split", "a\r\nHost: b"));
        await using var app = await ServeAsync();
        var sample = await Client.QueryAsync(
            new(Address(app), "up") { Access = new("shop") { SecretHeaders = [new("Authorization", name, key)] } }, CancellationToken.None);
        Assert.Equal(SampleKind.QueryFailed, sample.Kind);
        Assert.Contains(words, sample.Detail, StringComparison.Ordinal);
        Assert.Empty(seen);
    }

    [Fact]
    public async Task Only_the_authorities_of_the_bundle_are_trusted_and_the_client_shows_its_certificate()
    {
        using var server = Certificate("prometheus");
        using var other = Certificate("other");
        using var client = Certificate("operator");
        using var key = client.GetECDsaPrivateKey()!;
        Secret("pair", true, ("tls.crt", client.ExportCertificatePem()), ("tls.key", key.ExportPkcs8PrivateKeyPem()));
        await using var app = await ServeAsync(server);
        var query = new PrometheusQuery(Address(app), "up");
        foreach (var bundle in new[] { null, other.ExportCertificatePem() })
            Assert.Contains("cannot be reached", (await Client.QueryAsync(query with { Access = new("shop") { CaBundle = bundle } }, CancellationToken.None)).Detail, StringComparison.Ordinal);
        Assert.Empty(seen);
        var access = new ProviderAccess("shop") { CaBundle = server.ExportCertificatePem() };
        Assert.Equal(2, (await Client.QueryAsync(query with { Access = access }, CancellationToken.None)).Values.Length);
        Assert.Equal(2, (await Client.QueryAsync(query with { Access = access with { ClientCertificate = "pair" } }, CancellationToken.None)).Values.Length);
        Assert.Equal(["cert=", "cert=CN=operator"], seen.Select(line => line.Split(' ')[^1]));
    }

    [Fact]
    public async Task Redirects_are_not_followed_and_link_local_addresses_are_not_asked()
    {
        await using var app = await ServeAsync();
        status = 302;
        Assert.Contains("answered HTTP 302", (await Client.QueryAsync(new(Address(app), "up"), CancellationToken.None)).Detail, StringComparison.Ordinal);
        Assert.All(seen, line => Assert.StartsWith("/api/v1/query ", line, StringComparison.Ordinal));
        foreach (var address in new[] { "http://169.254.169.254", "http://[fe80::1]", "http://[::ffff:169.254.169.254]" })
            Assert.Contains("link-local", (await Client.QueryAsync(new(address, "up"), CancellationToken.None)).Detail, StringComparison.Ordinal);
    }

    public Task<Sample> QueryAsync(MetricQuery query, CancellationToken cancellationToken)
    {
        asked.Enqueue((PrometheusQuery)query);
        return Task.FromResult(Sample.Of(1.0));
    }

    [Fact]
    public async Task A_metrics_own_provider_replaces_that_of_the_analysis_as_a_whole()
    {
        var metric = new CanaryMetric { Name = "a", Type = CanaryMetricType.Query, Query = "a", Threshold = new() { Max = "1" } };
        var canary = Of(
            Spec() with
            {
                Analysis = new()
                {
                    Prometheus = new() { Address = "https://shared", CaBundle = "pem", HeadersFrom = [new() { Name = "Authorization", SecretKeyRef = new() { Name = "s", Key = "k" } }] },
                    Metrics = [metric, metric with { Name = "b", Query = "b", WindowSeconds = 600, RangeStepSeconds = 60, Prometheus = new() { TimeoutSeconds = 30, ClientCertificate = new() { Name = "pair" } } }],
                },
            },
            new() { CanaryVersion = "diamonds-2", StableVersion = "diamonds-1", Weights = new() { Canary = 5, Verified = true }, StepIndex = 1, StepStartedAt = Start });
        await new CanaryMeasurements(this, Options).LookAsync(canary, System.Collections.Immutable.ImmutableDictionary<string, MetricState>.Empty, Start.AddSeconds(90), CancellationToken.None);
        var (shared, own) = (asked.First(q => q.Query == "a"), asked.First(q => q.Query == "b"));
        Assert.Equal(("https://shared", "pem", null, null, null), (shared.Address, shared.Access!.CaBundle, shared.Access.ClientCertificate, shared.Timeout, shared.Range));
        Assert.Equal(new SecretHeader("Authorization", "s", "k"), Assert.Single(shared.Access.SecretHeaders));
        Assert.Equal((Options.PrometheusUrl, "pair", null), (own.Address, own.Access!.ClientCertificate, own.Access.CaBundle));
        Assert.Equal((30, Start.AddSeconds(90), 600, 60), (own.Timeout!.Value.TotalSeconds, own.At, own.Range!.Value.TotalSeconds, own.Step.TotalSeconds));
        Assert.Equal("shop", own.Access.NamespaceName);
    }

    private static CanaryDeploymentSpec Provided(PrometheusProvider provider) => Spec() with { Analysis = new() { Metrics = [Errors], Prometheus = provider } };

    private static HeaderFrom From(string name, string secret = "s", string key = "k") => new() { Name = name, SecretKeyRef = new() { Name = secret, Key = key } };

    private static CanaryDeploymentSpec Ranged(CanaryMetric metric) => Spec(null, metric);

    private static readonly CanaryMetric Query = new() { Name = "mine", Type = CanaryMetricType.Query, Query = "x{v=\"{{version}}\"}[{{window}}]", Threshold = new() { Max = "1" } };

    public static TheoryData<string, CanaryDeploymentSpec> Wrong() => new()
    {
        { "spec.analysis.prometheusAddress: \"prom:9090\" is not allowed; it must be an http or https address", Spec() with { Analysis = new() { Metrics = [Errors], PrometheusAddress = "prom:9090" } } },
        { "spec.analysis.prometheus.address: \"http://me:pw@prom\" is not allowed; it must be an http or https address without user, query and fragment. Credentials belong into headersFrom.", Provided(new() { Address = "http://me:pw@prom" }) },
        { "spec.analysis.prometheus.address: \"ftp://prom\" is not allowed", Provided(new() { Address = "ftp://prom" }) },
        { "spec.analysis.prometheus.address: prometheusAddress is set too; allowed: one of the two", Spec() with { Analysis = new() { Metrics = [Errors], PrometheusAddress = "http://a", Prometheus = new() { Address = "http://b" } } } },
        { "spec.analysis.prometheus.timeoutSeconds: 61 is not between 1 and 60", Provided(new() { TimeoutSeconds = 61 }) },
        { "spec.analysis.prometheus.headers[Authorization]: a credential; it belongs into a Secret, named in headersFrom", Provided(new() { Headers = new Dictionary<string, string> { ["Authorization"] = "Bearer x" } }) },
        { "spec.analysis.prometheus.headers[X-A]: its value must be at most 4096 printable ASCII characters", Provided(new() { Headers = new Dictionary<string, string> { ["X-A"] = "a\nb" } }) },
        { "spec.analysis.prometheus.headers[X A]: \"X A\" is no name of a header; allowed: letters, digits, - and _", Provided(new() { Headers = new Dictionary<string, string> { ["X A"] = "b" } }) },
        { "spec.analysis.prometheus.headersFrom[0].name: \"host\" is written by the operator; leave it out", Provided(new() { HeadersFrom = [From("host")] }) },
        { "spec.analysis.prometheus.headersFrom[1].name: \"authorization\" is set twice", Provided(new() { HeadersFrom = [From("Authorization"), From("authorization")] }) },
        { "spec.analysis.prometheus.headersFrom[0].secretKeyRef: must name a Secret and a key", Provided(new() { HeadersFrom = [From("A", "s", "")] }) },
        { "spec.analysis.prometheus.headers: 17 headers; at most 16 are sent", Provided(new() { Headers = Enumerable.Range(0, 17).ToDictionary(i => $"h{i}", _ => "v") }) },
        { "spec.analysis.prometheus.caBundle: holds no certificate that can be read; allowed: PEM", Provided(new() { CaBundle = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----" }) },
        { "spec.analysis.prometheus.caBundle: holds no certificate", Provided(new() { CaBundle = "nothing" }) },
        { "spec.analysis.prometheus.clientCertificate: \"http://prom\" is no https address", Provided(new() { Address = "http://prom", ClientCertificate = new() { Name = "pair" } }) },
        { "spec.analysis.metrics[0].prometheus.address: \"prom\" is not allowed", Ranged(Errors with { Prometheus = new() { Address = "prom" } }) },
        { "spec.analysis.metrics[0].rangeStepSeconds: only type Query takes a range, not ErrorRate", Ranged(Errors with { RangeStepSeconds = 60 }) },
        { "spec.analysis.metrics[0].rangeStepSeconds: 0 is not between 1 and 86400", Ranged(Query with { RangeStepSeconds = 0 }) },
        { "spec.analysis.metrics[0].rangeStepSeconds: statistic SequentialBinomial needs one answer for the whole window", Ranged(Query with { RangeStepSeconds = 60, SamplesQuery = Query.Query, Compare = new() { Statistic = MetricStatistic.SequentialBinomial } }) },
        { "spec.analysis.metrics[0].rangeStepSeconds: 60 gives 0 values in windowSeconds 30; allowed: 1 to 2000", Ranged(Query with { RangeStepSeconds = 60, WindowSeconds = 30 }) },
        { "spec.analysis.metrics[0].rangeStepSeconds: 1 gives 3600 values in windowSeconds 3600; allowed: 1 to 2000", Ranged(Query with { RangeStepSeconds = 1, WindowSeconds = 3600 }) },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_provider_is_refused_with_field_value_and_what_is_allowed(string words, CanaryDeploymentSpec spec)
    {
        Assert.Contains(words, Assert.Single(CanaryValidation.Problems(Of(spec))), StringComparison.Ordinal);
        Assert.NotNull(CanaryDeploymentAdmission.Refusal(null, Of(spec)));
    }

    [Fact]
    public void A_sound_provider_passes()
    {
        Assert.Empty(CanaryValidation.Problems(Of(Provided(new()
        {
            Address = "https://mimir.monitoring:8443/prometheus",
            Headers = new Dictionary<string, string> { ["X-Scope-OrgID"] = "team-a" },
            HeadersFrom = [From("Authorization")],
            CaBundle = Pem,
            ClientCertificate = new() { Name = "pair" },
            TimeoutSeconds = 30,
        }))));
        Assert.Empty(CanaryValidation.Problems(Of(Ranged(Query with { Query = "rate(x{v=\"{{version}}\"}[1m])", RangeStepSeconds = 60, Compare = new() { Statistic = MetricStatistic.SequentialMean } }))));
    }
}
