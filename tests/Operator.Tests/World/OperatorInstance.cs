using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using ModelOperator.CanaryDeployments;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Controllers;
using ModelOperator.Metrics;
using ModelOperator.ModelVersions;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Operator.Tests.World;

/// <summary>One process of the operator, whole, in this process; it can be killed.</summary>
internal sealed class OperatorInstance : IAsyncDisposable
{
    internal static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(static i => (byte)i)];

    private readonly WebApplication app;
    private readonly KubernetesClient client;
    private bool ended;

    private OperatorInstance(WebApplication app, KubernetesClient client, Wire wire) => (this.app, this.client, Wire) = (app, client, wire);

    /// <summary>What it sent.</summary>
    internal Wire Wire { get; }

    /// <summary>Completes with whether its workers had stopped when it lost its leadership.</summary>
    internal Task<bool> LeadershipLost { get; private init; } = Task.FromResult(false);

    /// <summary>Its name in the leader election.</summary>
    internal string? Identity { get; private init; }

    /// <summary>Where it answers, its webhooks included.</summary>
    internal Uri Url => new UriBuilder(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()) { Host = "127.0.0.1" }.Uri;

    internal static OperatorOptions Options { get; } = new()
    {
        HttpPort = 0,
        WebhookPort = 0,
        LeaderElection = false,
        Zone = "DEU",
        PueMilli = 1200,
        PrometheusUrl = "http://prometheus.test:9090",
        // There is no artifact store to tell.
        CollectArtifactsEvery = TimeSpan.Zero,
        // What a run reserves must not depend on which of the others ended first.
        CalibrateEstimates = false,
    };

    internal static async Task<OperatorInstance> StartAsync(ToyWorld world, Cut? cut = null, OperatorOptions? options = null)
    {
        var wire = new Wire(world.Server.NewHandler(), world.Server.Space, cut);
        // The client keeps the system's time-outs: they are about the machine, not about what the operator decides.
        var client = new KubernetesClient(world.Server.Configuration, new KubernetesClientOptions { UserAgent = "modeloperator", Qps = 0 }, TimeProvider.System, new Random(1), wire);
        var lost = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var host = new ControllerHostOptions { DrainTime = TimeSpan.Zero, LeadershipLost = stopped => lost.TrySetResult(stopped) };
        var app = OperatorApp.Build(options ?? Options, client, Key, world.Time, services => Adjust(services, world), host);
        var instance = new OperatorInstance(app, client, wire) { LeadershipLost = lost.Task, Identity = options?.Identity };
        await app.StartAsync();
        return instance;
    }

    /// <summary>Ends it as SIGKILL does: nothing more leaves it, whatever it still does.</summary>
    internal async Task KillAsync()
    {
        Wire.Kill();
        await EndAsync();
    }

    public async ValueTask DisposeAsync() => await EndAsync();

    private async Task EndAsync()
    {
        if (ended)
            return;
        ended = true;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120), TimeProvider.System);
        await app.StopAsync(limit.Token);
        await app.DisposeAsync();
        client.Dispose();
        Wire.Dispose();
    }

    private static void Adjust(IServiceCollection services, ToyWorld world)
    {
        services.RemoveAll<ILoggerProvider>();
        if (world.Log is { } log)
            services.AddSingleton<ILoggerProvider>(log);
        services.AddSingleton<IGatewayReader>(world.Gateway).AddSingleton<IMetricSource>(world.Metrics).AddSingleton<IDatasetProber>(world.Store).AddSingleton<IArtifactReader>(world.Store);
    }
}
