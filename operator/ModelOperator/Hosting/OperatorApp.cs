using System.Net;
using ModelOperator.Artifacts;
using ModelOperator.CanaryDeployments;
using ModelOperator.CarbonBudgets;
using ModelOperator.EnergyMetering;
using ModelOperator.GridSources;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Admission;
using ModelOperator.Kubernetes.Runtime.Certificates;
using ModelOperator.Kubernetes.Runtime.Controllers;
using ModelOperator.Kubernetes.Runtime.Leadership;
using ModelOperator.Kubernetes.Runtime.Metrics;
using ModelOperator.Kueue;
using ModelOperator.Metrics;
using ModelOperator.ModelVersions;
using ModelOperator.Registry;
using ModelOperator.Serving;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Hosting;

/// <summary>Puts the rooms together. Tests build the same app in their own process.</summary>
public static class OperatorApp
{
    /// <summary>Names that config/ uses too.</summary>
    public const string LeaseName = "model-operator";
    public const string WebhookSecretName = "model-operator-webhook-certificate";
    public const string WebhookServiceName = "model-operator-webhook";
    public const string WebhookConfigurationName = "model-operator";

    /// <summary>Builds the operator; it begins with StartAsync.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="client">API server.</param>
    /// <param name="artifactKey">Key of the artifact store's tokens.</param>
    /// <param name="time">Clock.</param>
    /// <param name="adjust">Replaces services; tests only.</param>
    /// <param name="host">Behaviour on lost leadership; tests only.</param>
    public static WebApplication Build(
        OperatorOptions options, IKubernetesClient client, byte[] artifactKey, TimeProvider time, Action<IServiceCollection>? adjust = null, ControllerHostOptions? host = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.UseConsoleLog();
        var services = builder.Services;
        services.AddSingleton(options).AddSingleton(client).AddSingleton(time).AddSingleton(new ArtifactTokens(artifactKey));
        services.AddSingleton(_ => new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5), PooledConnectionLifetime = TimeSpan.FromMinutes(2) })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        });
        services.AddGrid(options.Grid);
        if (options.EnergyPrometheusUrl is { } energy)
        {
            services.AddSingleton(provider => new PrometheusSeriesClient(provider.GetRequiredService<HttpClient>(), energy));
            services.AddSingleton<IPowerMeter, PrometheusPowerMeter>();
        }

        services.AddSingleton<IGatewayReader, HttpGatewayReader>().AddSingleton(new ProviderConnections((space, name, cancel) => client.GetAsync(KubernetesDescriptors.Secrets, name, space, cancel)))
            .AddSingleton(provider => new PrometheusClient(provider.GetRequiredService<ProviderConnections>())).AddSingleton(provider => new WebMetricClient(provider.GetRequiredService<ProviderConnections>())).AddSingleton<MetricSources>()
            .AddSingleton<IMetricSource>(provider => new OutageGuard(provider.GetRequiredService<MetricSources>(), provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService<IdleMemory>();
        Certificates(services, options);
        Rooms(services.AddControllerHost(host, lease: Lease(options)), options);
        adjust?.Invoke(services);
        builder.WebHost.ConfigureKestrel((_, kestrel) => Listen(kestrel, options));
        var app = builder.Build();
        app.MapRuntime(app.Services.GetRequiredService<RuntimeHealth>(), app.Services.GetRequiredService<PrometheusRegistry>());
        AdmissionRoutes.Map(app, options, client, time);
        app.Services.GetRequiredService<TrainingStatusEndpoint>().Map(app);
        return app;
    }

    private static void Rooms(ControllerHostBuilder host, OperatorOptions options)
    {
        host.AddCarbonBudgets();
        host.AddTrainingRuns();
        host.AddModelVersions();
        host.AddCanaryDeployments();
        host.AddRegistry(options);
        host.AddServing(options);
        host.AddKueue();
        ArtifactCollection.AddTo(host, options);
    }

    private static LeaseElectorOptions? Lease(OperatorOptions options) => !options.LeaderElection ? null : new()
    {
        NamespaceName = options.Namespace,
        Name = LeaseName,
        Identity = options.Identity,
    };

    private static void Certificates(IServiceCollection services, OperatorOptions options)
    {
        services.AddSingleton(provider => new AdmissionServices(
            new AdmissionOptions(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<RuntimeMetrics>(), provider.GetRequiredService<ILogger<AdmissionServices>>()));
        if (options.WebhookPort == 0)
            return;
        services.AddSingleton(new WebhookCertificateOptions
        {
            NamespaceName = options.Namespace,
            SecretName = WebhookSecretName,
            ServiceName = WebhookServiceName,
            WebhookConfigurationName = WebhookConfigurationName,
        });
        services.AddSingleton<WebhookCertificates>();
        services.AddHostedService(provider => provider.GetRequiredService<WebhookCertificates>());
    }

    private static void Listen(Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions kestrel, OperatorOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Listen(IPAddress.Any, options.HttpPort);
        if (options.WebhookPort == 0)
            return;
        var certificates = kestrel.ApplicationServices.GetRequiredService<WebhookCertificates>();
        kestrel.Listen(IPAddress.Any, options.WebhookPort, listen => listen.UseHttps(https => https.ServerCertificateSelector = (_, _) => certificates.Serving));
    }
}
