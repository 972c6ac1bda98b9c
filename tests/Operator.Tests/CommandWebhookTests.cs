using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ModelOperator.Api;
using ModelOperator.GridSources;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Admission;
using ModelOperator.Kubernetes.Runtime.Metrics;
using ModelOperator.Operator.Tests.Scenarios;
using ModelOperator.Operator.Tests.World;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Operator.Tests;

/// <summary>Commands as verbs of their own, through a real API server: its RBAC, its webhook calls, its impersonation.</summary>
public sealed class CommandWebhookTests
{
    private const string Command = """{"metadata":{"annotations":{"modeloperator.io/command":"pause 1"}}}""";

    [RealClusterFact]
    public async Task Writing_a_run_is_not_enough_to_pause_it_and_the_verb_is()
    {
        await using var world = await ToyWorld.RealAsync(speed: 1);
        await GrantAsync(world, "writer", new V1PolicyRule { ApiGroups = [ModelOperatorApi.Group], Resources = ["trainingruns"], Verbs = ["get", "create", "patch"] });
        await GrantAsync(world, "pauser", new V1PolicyRule { ApiGroups = [ModelOperatorApi.Group], Resources = ["trainingruns"], Verbs = ["get", "patch", "pause"] });
        await using var webhook = await WebhookAsync(world);
        using var writer = As("writer");
        using var pauser = As("pauser");
        var configurations = KubernetesDescriptors.ValidatingWebhookConfigurations;
        await world.Client.CreateAsync(configurations, Configuration(world, webhook), null, CancellationToken.None);
        try
        {
            await InForceAsync(writer, world);
            // All but the command is the writer's to write.
            await writer.PatchAsync(ModelOperatorDescriptors.TrainingRuns, "run", world.Space, PatchKind.Merge, """{"spec":{"suspend":true},"metadata":{"annotations":{"note":"mine"}}}"""u8.ToArray(), null, CancellationToken.None);
            var refused = await Assert.ThrowsAsync<KubernetesException>(() => PatchAsync(writer, world, Command));
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            Assert.Contains(
                $"user writer may not pause trainingruns.modeloperator.io \"run\" in namespace {world.Space}: the verb \"pause\" is needed, which ClusterRole model-operator-editor grants",
                refused.Message, StringComparison.Ordinal);
            await PatchAsync(pauser, world, Command);
            // What is there already is nobody's new command.
            await PatchAsync(writer, world, """{"spec":{"suspend":false}}""");
            refused = await Assert.ThrowsAsync<KubernetesException>(() => PatchAsync(pauser, world, Command.Replace("pause 1", "stop 2", StringComparison.Ordinal)));
            Assert.Contains("the verb \"stop\" is needed", refused.Message, StringComparison.Ordinal);
            refused = await Assert.ThrowsAsync<KubernetesException>(() => PatchAsync(pauser, world, Command.Replace("pause 1", "explode 3", StringComparison.Ordinal)));
            Assert.Contains("pause, resume, stop", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            await world.Client.DeleteAsync(configurations, world.Space, null, null, CancellationToken.None);
        }
    }

    private static Task<V1TrainingRun> PatchAsync(IKubernetesClient client, ToyWorld world, string merge) =>
        client.PatchAsync(ModelOperatorDescriptors.TrainingRuns, "run", world.Space, PatchKind.Merge, Encoding.UTF8.GetBytes(merge), null, CancellationToken.None);

    /// <summary>A configuration takes a moment to reach the server's admission: a run that is invalid is refused once it has.</summary>
    private static async Task InForceAsync(IKubernetesClient writer, ToyWorld world)
    {
        await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, Objects.Run("run"));
        await world.UntilAsync(async () =>
        {
            try
            {
                await PatchAsync(writer, world, """{"spec":{"env":[{"name":"MODELOP_X","value":"1"}]}}""");
                return "the webhook is not called yet";
            }
            catch (KubernetesException refused) when (refused.Message.Contains("MODELOP_X", StringComparison.Ordinal))
            {
                return null;
            }
        });
        await world.PatchAsync(ModelOperatorDescriptors.TrainingRuns, "run", """{"spec":{"env":null}}""");
    }

    private static async Task GrantAsync(ToyWorld world, string user, V1PolicyRule rule)
    {
        await world.CreateAsync(KubernetesDescriptors.Roles, new V1Role { Metadata = new V1ObjectMeta { Name = user }, Rules = [rule] });
        await world.CreateAsync(KubernetesDescriptors.RoleBindings, new V1RoleBinding
        {
            Metadata = new V1ObjectMeta { Name = user },
            RoleRef = new V1RoleRef { Kind = "Role", Name = user },
            Subjects = [new V1Subject { Kind = "User", ApiGroup = "rbac.authorization.k8s.io", Name = user }],
        });
    }

    private static V1ValidatingWebhookConfiguration Configuration(ToyWorld world, Webhook webhook) => new()
    {
        Metadata = new V1ObjectMeta { Name = world.Space },
        Webhooks =
        [
            new V1ValidatingWebhook
            {
                Name = $"{world.Space}.test.modeloperator.io",
                FailurePolicy = "Fail",
                TimeoutSeconds = 5,
                ClientConfig = new V1WebhookClientConfig { Url = $"{webhook.Url}/admission/trainingruns", CaBundle = webhook.CaBundle },
                Rules = [new V1RuleWithOperations { Operations = ["CREATE", "UPDATE"], ApiGroups = [ModelOperatorApi.Group], ApiVersions = ["v1alpha1"], Resources = ["trainingruns"] }],
                // Other tests share the server.
                NamespaceSelector = new V1LabelSelector { MatchLabels = new(StringComparer.Ordinal) { ["modeloperator.io/test"] = world.Space } },
            },
        ],
    };

    private static async Task<Webhook> WebhookAsync(ToyWorld world)
    {
        await world.Client.PatchAsync(
            KubernetesDescriptors.Namespaces, world.Space, null, PatchKind.Merge,
            Encoding.UTF8.GetBytes("""{"metadata":{"labels":{"modeloperator.io/test":"SPACE"}}}""".Replace("SPACE", world.Space, StringComparison.Ordinal)), null, CancellationToken.None);
        var certificate = Certificate();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(static _ => new AdmissionServices(
            new AdmissionOptions(), TimeProvider.System, new RuntimeMetrics(), NullLogger<AdmissionServices>.Instance));
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(new ServerCapabilities(world.Client, TimeProvider.System)).AddGrid(OperatorInstance.Options.Grid);
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        var app = builder.Build();
        AdmissionRoutes.Map(app, OperatorInstance.Options, world.Client, TimeProvider.System);
        await app.StartAsync();
        var url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new(app, url, Encoding.ASCII.GetBytes(certificate.ExportCertificatePem()), certificate);
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddHours(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    private static KubernetesClient As(string user) => new(
        RealCluster.Configuration,
        new KubernetesClientOptions { UserAgent = user, Qps = 0 },
        TimeProvider.System,
        new Random(4),
        new Impersonation(user, ApiServerHandler.Create(RealCluster.Configuration, new KubernetesClientOptions())));

    private sealed class Impersonation(string user, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.TryAddWithoutValidation("Impersonate-User", user);
            return base.SendAsync(request, cancellationToken);
        }
    }

    private sealed record Webhook(WebApplication App, string Url, byte[] CaBundle, X509Certificate2 Certificate) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await App.DisposeAsync();
            Certificate.Dispose();
        }
    }
}
