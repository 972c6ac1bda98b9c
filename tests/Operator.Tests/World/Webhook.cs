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
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Metrics;
using ModelOperator.Operator.Tests.Scenarios;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Operator.Tests.World;

/// <summary>The operator's webhooks before a real API server, for the test's namespace alone, and users who meet them.</summary>
internal sealed class Webhook : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly X509Certificate2 certificate;
    private readonly ToyWorld world;

    private Webhook(WebApplication app, X509Certificate2 certificate, ToyWorld world) => (this.app, this.certificate, this.world) = (app, certificate, world);

    private string Url => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    /// <summary>Serves; nothing is registered yet.</summary>
    internal static async Task<Webhook> StartAsync(ToyWorld world)
    {
        await world.Client.PatchAsync(
            KubernetesDescriptors.Namespaces, world.Space, null, PatchKind.Merge,
            Encoding.UTF8.GetBytes("""{"metadata":{"labels":{"modeloperator.io/test":"SPACE"}}}""".Replace("SPACE", world.Space, StringComparison.Ordinal)), null, CancellationToken.None);
        var certificate = Certificate();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(static _ => new AdmissionServices(
            // As long as the server waits: what it asks the server meanwhile takes a while on a busy machine.
            new AdmissionOptions { Deadline = TimeSpan.FromSeconds(30) }, TimeProvider.System, new RuntimeMetrics(), NullLogger<AdmissionServices>.Instance));
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(new ServerCapabilities(world.Client, TimeProvider.System)).AddGrid(OperatorInstance.Options.Grid);
        // Its caches stay empty, so that it answers by what the server has.
        builder.Services.AddSingleton(new Caches(world.Client, new InformerOptions(), TimeProvider.System, new RuntimeMetrics(), NullLoggerFactory.Instance));
        builder.Services.AddSingleton<IKubernetesClient>(world.Client).AddSingleton<TrainingPodAdmission>().AddSingleton<TrainingRunCalibrations>();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        var app = builder.Build();
        AdmissionRoutes.Map(app, OperatorInstance.Options, world.Client, world.Time);
        await app.StartAsync();
        return new(app, certificate, world);
    }

    /// <summary>Registers the validating webhooks of these kinds, and the mutating ones where asked for.</summary>
    internal async Task RegisterAsync(bool mutating, params string[] resources)
    {
        await world.Client.CreateAsync(
            KubernetesDescriptors.ValidatingWebhookConfigurations,
            new V1ValidatingWebhookConfiguration { Metadata = new V1ObjectMeta { Name = world.Space }, Webhooks = [.. resources.Select(r => Hook(r, $"/admission/{r}"))] }, null, CancellationToken.None);
        if (mutating)
        {
            await world.Client.CreateAsync(
                KubernetesDescriptors.MutatingWebhookConfigurations,
                new V1MutatingWebhookConfiguration { Metadata = new V1ObjectMeta { Name = world.Space }, Webhooks = [.. resources.Select(r => Hook(r, $"/admission/creators/{r}"))] }, null, CancellationToken.None);
        }

        await world.UntilAsync(() => MissingAsync(mutating));
    }

    /// <summary>Registers the webhook of Pods that carry a run's label, such that none is created unseen.</summary>
    internal async Task RegisterPodsAsync(V1Pod stray)
    {
        var hook = Hook("pods", "/admission/pods");
        hook.ObjectSelector = new V1LabelSelector { MatchExpressions = [new V1LabelSelectorRequirement { Key = ModelOperatorApi.RunUidLabel, OperatorProperty = "Exists" }] };
        hook.Rules = [new V1RuleWithOperations { Operations = ["CREATE"], ApiGroups = [""], ApiVersions = ["v1"], Resources = ["pods"] }];
        await world.Client.CreateAsync(
            KubernetesDescriptors.ValidatingWebhookConfigurations,
            new V1ValidatingWebhookConfiguration { Metadata = new V1ObjectMeta { Name = world.Space }, Webhooks = [hook] }, null, CancellationToken.None);
        await world.UntilAsync(async () =>
        {
            try
            {
                await world.Client.CreateAsync(KubernetesDescriptors.Pods, stray, new WriteOptions { DryRun = true }, CancellationToken.None);
                return "the webhook of Pods is not called yet";
            }
            catch (KubernetesException refused) when (refused.Message.Contains(ModelOperatorApi.RunUidLabel, StringComparison.Ordinal))
            {
                return null;
            }
        });
    }

    /// <summary>A user who may do these things in the namespace.</summary>
    internal static async Task GrantAsync(ToyWorld world, string user, V1PolicyRule rule)
    {
        await world.CreateAsync(KubernetesDescriptors.Roles, new V1Role { Metadata = new V1ObjectMeta { Name = user }, Rules = [rule] });
        await world.CreateAsync(KubernetesDescriptors.RoleBindings, new V1RoleBinding
        {
            Metadata = new V1ObjectMeta { Name = user },
            RoleRef = new V1RoleRef { Kind = "Role", Name = user },
            Subjects = [new V1Subject { Kind = "User", ApiGroup = "rbac.authorization.k8s.io", Name = user }],
        });
    }

    /// <summary>Users who may write runs and overrides of budgets.</summary>
    internal static async Task GrantRunsAndOverridesAsync(ToyWorld world, params string[] users)
    {
        foreach (var user in users)
        {
            await GrantAsync(world, user, new V1PolicyRule
            {
                ApiGroups = [ModelOperatorApi.Group],
                Resources = ["trainingruns", "budgetoverrides"],
                Verbs = ["get", "create", "update", "patch", "delete"],
            });
        }
    }

    /// <summary>A client of a user, by impersonation.</summary>
    internal static KubernetesClient As(string user, string? member = null) => new(
        RealCluster.Configuration,
        RealCluster.Patient with { UserAgent = user },
        TimeProvider.System,
        new Random(4),
        new Impersonation(user, member, ApiServerHandler.Create(RealCluster.Configuration, RealCluster.Patient)));

    /// <summary>The write is refused, and the refusal says so.</summary>
    internal static async Task AssertRefusedAsync(Func<Task> act, string says)
    {
        var refused = await Assert.ThrowsAsync<KubernetesException>(act);
        Assert.True(refused.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.UnprocessableEntity, refused.Message);
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Creates an object of the world's namespace as a user.</summary>
    internal static Task<T> CreateAsync<T>(KubernetesClient client, EntityDescriptor<T> kind, T entity, ToyWorld world)
        where T : class, IKubernetesObject
    {
        entity.Metadata.NamespaceProperty = world.Space;
        return client.CreateAsync(kind, entity, null, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await world.Client.DeleteAsync(KubernetesDescriptors.ValidatingWebhookConfigurations, world.Space, null, null, CancellationToken.None);
        await world.Client.DeleteAsync(KubernetesDescriptors.MutatingWebhookConfigurations, world.Space, null, null, CancellationToken.None);
        await app.DisposeAsync();
        certificate.Dispose();
    }

    /// <summary>A configuration takes a moment to reach the server's admission: a run that is invalid is refused once it has, and one that is not is stamped.</summary>
    private async Task<string?> MissingAsync(bool mutating)
    {
        try
        {
            await ProbeAsync(Objects.RunSpec with { Env = [new() { Name = "MODELOP_X", Value = "1" }] });
            return "the validating webhook is not called yet";
        }
        catch (KubernetesException refused) when (refused.Message.Contains("MODELOP_X", StringComparison.Ordinal))
        {
            return mutating && Creators.Of((await ProbeAsync(Objects.RunSpec)).Metadata) is null ? "the mutating webhook is not called yet" : null;
        }
    }

    private Task<V1TrainingRun> ProbeAsync(TrainingRunSpec spec)
    {
        var probe = Objects.Run("probe", spec);
        probe.Metadata.NamespaceProperty = world.Space;
        return world.Client.CreateAsync(ModelOperatorDescriptors.TrainingRuns, probe, new WriteOptions { DryRun = true }, CancellationToken.None);
    }

    private V1ValidatingWebhook Hook(string resource, string path) => new()
    {
        Name = $"{resource}.{world.Space}.test.modeloperator.io",
        FailurePolicy = "Fail",
        TimeoutSeconds = 30,
        ClientConfig = new V1WebhookClientConfig { Url = $"{Url}{path}", CaBundle = Encoding.ASCII.GetBytes(certificate.ExportCertificatePem()) },
        Rules = [new V1RuleWithOperations { Operations = ["CREATE", "UPDATE"], ApiGroups = [ModelOperatorApi.Group], ApiVersions = ["v1alpha1"], Resources = [resource] }],
        // Other tests share the server.
        NamespaceSelector = new V1LabelSelector { MatchLabels = new(StringComparer.Ordinal) { ["modeloperator.io/test"] = world.Space } },
    };

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

    private sealed class Impersonation(string user, string? member, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.TryAddWithoutValidation("Impersonate-User", user);
            if (member is not null)
                request.Headers.TryAddWithoutValidation("Impersonate-Group", member);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
