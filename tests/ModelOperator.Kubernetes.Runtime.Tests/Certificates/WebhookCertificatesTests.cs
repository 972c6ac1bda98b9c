using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ModelOperator.Fakes;
using ModelOperator.Kubernetes.Runtime.Certificates;
using ModelOperator.Kubernetes.Runtime.Controllers;
using ModelOperator.Kubernetes.Runtime.Tests.Support;

namespace ModelOperator.Kubernetes.Runtime.Tests.Certificates;

public sealed class WebhookCertificatesTests : RuntimeTest
{
    private static readonly WebhookCertificateOptions Options = new()
    {
        NamespaceName = Space,
        SecretName = "webhook",
        ServiceName = "model-operator",
        WebhookConfigurationName = "model-operator",
    };

    private readonly FakeTimeProvider _time = new();
    private readonly RuntimeHealth _health = new();

    [Fact]
    public async Task Readiness_comes_with_the_first_certificate()
    {
        var certificates = New();
        Assert.Contains("webhook-certificate", Assert.Single(_health.NotReady()), StringComparison.Ordinal);
        await certificates.LookAsync(Token);
        Assert.Empty(_health.NotReady());
        Assert.True(certificates.Serving!.MatchesHostname($"model-operator.{Space}.svc"));
        Assert.Equal("1.2.840.10045.2.1", certificates.Serving.PublicKey.Oid.Value);
    }

    [Fact]
    public async Task Replicas_that_start_together_agree()
    {
        var all = Enumerable.Range(0, 8).Select(_ => New()).ToArray();
        await Task.WhenAll(all.Select(c => c.LookAsync(Token)));
        Assert.Single(all.Select(c => c.Serving!.Thumbprint).Distinct());
        Assert.Single(Server.All("secrets"));
    }

    [Fact]
    public async Task When_nothing_changes_nothing_is_written()
    {
        AddConfiguration();
        await New().LookAsync(Token);
        Server.ClearRequests();
        await New().LookAsync(Token);
        await New().LookAsync(Token);
        Assert.Empty(Server.Writes);
    }

    [Fact]
    public async Task The_bundle_is_kept_in_step_and_nothing_else_of_the_configuration_is_touched()
    {
        AddConfiguration();
        var certificates = New();
        await certificates.LookAsync(Token);
        var before = Server.Find("validatingwebhookconfigurations", null, "model-operator")!;
        Assert.All(before["webhooks"]!.AsArray(), w => Assert.Equal(Bundle(), (string?)w!["clientConfig"]!["caBundle"]));
        Assert.Equal("Fail", (string?)before["webhooks"]![0]!["failurePolicy"]);
        Server.Change("validatingwebhookconfigurations", null, "model-operator", live => live["webhooks"]![1]!["clientConfig"]!["caBundle"] = "Zm9yZWlnbg==");
        await certificates.LookAsync(Token);
        Assert.Equal(Bundle(), (string?)Server.Find("validatingwebhookconfigurations", null, "model-operator")!["webhooks"]![1]!["clientConfig"]!["caBundle"]);
    }

    [Fact]
    public async Task A_configuration_that_is_not_there_yet_is_no_failure()
    {
        var certificates = New();
        await certificates.LookAsync(Token);
        AddConfiguration();
        await certificates.LookAsync(Token);
        Assert.Equal(Bundle(), (string?)Server.Find("validatingwebhookconfigurations", null, "model-operator")!["webhooks"]![0]!["clientConfig"]!["caBundle"]);
    }

    [Fact]
    public async Task Before_its_end_the_certificate_is_renewed_and_every_replica_serves_the_new_one()
    {
        var one = New();
        var two = New();
        await one.LookAsync(Token);
        await two.LookAsync(Token);
        var first = one.Serving!.Thumbprint;
        _time.Advance(TimeSpan.FromDays(61));
        await two.LookAsync(Token);
        await one.LookAsync(Token);
        Assert.NotEqual(first, one.Serving!.Thumbprint);
        Assert.Equal(one.Serving.Thumbprint, two.Serving!.Thumbprint);
    }

    [Fact]
    public async Task A_new_authority_is_announced_before_it_signs_and_the_old_one_stays_known()
    {
        AddConfiguration();
        var certificates = New();
        await certificates.LookAsync(Token);
        _time.Advance(TimeSpan.FromDays(640));
        await certificates.LookAsync(Token);
        Assert.Equal(2, Count(Bundle()));
        var announced = certificates.Serving!.Issuer;
        _time.Advance(TimeSpan.FromHours(2));
        await certificates.LookAsync(Token);
        Assert.NotEqual(announced, certificates.Serving!.Issuer);
        Assert.Equal(2, Count(Bundle()));
        _time.Advance(TimeSpan.FromDays(91));
        await certificates.LookAsync(Token);
        Assert.Equal(1, Count(Bundle()));
        Assert.Equal(Bundle(), (string?)Server.Find("validatingwebhookconfigurations", null, "model-operator")!["webhooks"]![0]!["clientConfig"]!["caBundle"]);
    }

    [Theory]
    [InlineData("tls.key", "not a key")]
    [InlineData("ca.crt", "")]
    [InlineData("bundle.crt", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public async Task A_secret_that_somebody_broke_is_made_anew(string field, string content)
    {
        var certificates = New();
        await certificates.LookAsync(Token);
        Server.Change("secrets", Space, "webhook", live => live["data"]![field] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(content)));
        var fresh = New();
        await fresh.LookAsync(Token);
        Assert.NotEqual(certificates.Serving!.Thumbprint, fresh.Serving!.Thumbprint);
        await certificates.LookAsync(Token);
        Assert.Equal(fresh.Serving.Thumbprint, certificates.Serving!.Thumbprint);
    }

    [Fact]
    public async Task A_running_server_takes_the_new_certificate_without_restart()
    {
        var certificates = New();
        await certificates.LookAsync(Token);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen =>
            listen.UseHttps(https => https.ServerCertificateSelector = (_, _) => certificates.Serving)));
        await using var app = builder.Build();
        app.Run(context => context.Response.WriteAsync("ok"));
        await app.StartAsync(Token);
        var address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Assert.Equal(certificates.Serving!.Thumbprint, await SeenAsync(address));
        _time.Advance(TimeSpan.FromDays(61));
        await certificates.LookAsync(Token);
        Assert.Equal(certificates.Serving!.Thumbprint, await SeenAsync(address));
    }

    [Fact]
    public async Task The_loop_survives_an_outage_and_stops_when_told()
    {
        Server.Inject(new Fault(r => r.Resource == "secrets", FaultKind.Status) { Code = 500, Times = 2 });
        var certificates = New();
        await certificates.StartAsync(Token);
        await EventuallyAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return certificates.Serving is not null;
            },
            "a certificate after the outage");
        await certificates.StopAsync(Token);
    }

    private WebhookCertificates New() => Own(new WebhookCertificates(Client, Options, _time, _health, Silent<WebhookCertificates>()));

    private string Bundle() => (string)Server.Find("secrets", Space, "webhook")!["data"]!["bundle.crt"]!;

    private static int Count(string bundle)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPem(System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(bundle)));
        return all.Count;
    }

    private async Task<string> SeenAsync(Uri address)
    {
        using var tcp = new System.Net.Sockets.TcpClient();
        await tcp.ConnectAsync(address.Host, address.Port, Token);
        string? seen = null;
        await using var tls = new SslStream(tcp.GetStream(), false, (_, certificate, _, _) =>
        {
            // As the API server does: trust the bundle alone, and check the name.
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.ImportFromPem(System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(Bundle())));
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.VerificationTime = _time.GetUtcNow().UtcDateTime;
            seen = ((X509Certificate2)certificate!).Thumbprint;
            return chain.Build((X509Certificate2)certificate) && ((X509Certificate2)certificate).MatchesHostname($"model-operator.{Space}.svc");
        });
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = $"model-operator.{Space}.svc" }, Token);
        return seen!;
    }

    [Fact]
    public async Task The_mutating_configuration_of_the_same_name_is_kept_in_step_too()
    {
        AddConfiguration();
        AddConfiguration("mutatingwebhookconfigurations");
        await New().LookAsync(Token);
        foreach (var kind in new[] { "validatingwebhookconfigurations", "mutatingwebhookconfigurations" })
            Assert.All(Server.Find(kind, null, "model-operator")!["webhooks"]!.AsArray(), w => Assert.Equal(Bundle(), (string?)w!["clientConfig"]!["caBundle"]));
    }

    [Fact]
    public async Task An_entry_that_an_upgrade_brings_has_its_bundle_before_the_next_look_is_due()
    {
        AddConfiguration();
        // The clock stands still: only what changes is looked at.
        using var certificates = New();
        await certificates.StartAsync(Token);
        await EventuallyAsync(() => AllKnown("validatingwebhookconfigurations"), "the first look");
        Server.Change("validatingwebhookconfigurations", null, "model-operator", live => live["webhooks"]!.AsArray().Add(Webhook("new.modeloperator.io")));
        await EventuallyAsync(() => AllKnown("validatingwebhookconfigurations"), "the new entry's bundle");
        AddConfiguration("mutatingwebhookconfigurations");
        await EventuallyAsync(() => AllKnown("mutatingwebhookconfigurations"), "the new configuration's bundle");
        await certificates.StopAsync(Token);

        bool AllKnown(string kind) => Server.Find(kind, null, "model-operator")!["webhooks"]!.AsArray() is var webhooks
            && webhooks.All(w => (string?)w!["clientConfig"]!["caBundle"] is { } known && known == Bundle());
    }

    private void AddConfiguration(string kind = "validatingwebhookconfigurations") => Server.Add(kind, new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = "model-operator" },
        ["webhooks"] = new JsonArray(Webhook("runs.modeloperator.io"), Webhook("models.modeloperator.io")),
    });

    private static JsonObject Webhook(string name) => new()
    {
        ["name"] = name,
        ["failurePolicy"] = "Fail",
        ["sideEffects"] = "None",
        ["admissionReviewVersions"] = new JsonArray("v1"),
        ["clientConfig"] = new JsonObject { ["service"] = new JsonObject { ["namespace"] = Space, ["name"] = "model-operator", ["path"] = "/validate" } },
    };
}
