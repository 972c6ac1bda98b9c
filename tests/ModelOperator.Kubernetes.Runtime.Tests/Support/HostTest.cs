using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Controllers;
using ModelOperator.Kubernetes.Runtime.Leadership;
using ModelOperator.Kubernetes.Runtime.Metrics;
using ModelOperator.Kubernetes.Runtime.Plans;

namespace ModelOperator.Kubernetes.Runtime.Tests.Support;

/// <summary>A whole host around a scripted controller of widgets.</summary>
public abstract class HostTest : RuntimeTest
{
    private ServiceProvider? _services;

    protected ScriptedController Controller { get; } = new();

    protected FakeLifetime Lifetime { get; } = new();

    protected List<bool> LostLeadership { get; } = [];

    protected ControllerHost Host => Service<ControllerHost>();

    protected PlanContext PlanContext => Service<PlanContext>();

    protected Caches Caches => Service<Caches>();

    protected RuntimeHealth Health => Service<RuntimeHealth>();

    protected string MetricsText => Service<PrometheusRegistry>().Write();

    public override async Task DisposeAsync()
    {
        if (_services is not null)
        {
            await StopAsync();
            await _services.DisposeAsync();
        }

        await base.DisposeAsync();
    }

    protected T Service<T>()
        where T : notnull => _services!.GetRequiredService<T>();

    /// <summary>Starts the host; the sentence may be continued by the test.</summary>
    protected async Task StartAsync(
        Action<ControllerRegistration>? more = null,
        ControllerOptions? options = null,
        LeaseElectorOptions? lease = null,
        TimeSpan? drain = null,
        InformerOptions? informers = null,
        IKubernetesClient? client = null,
        TimeProvider? time = null)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(client ?? Client);
        services.AddSingleton<IHostApplicationLifetime>(Lifetime);
        services.AddSingleton(time ?? TimeProvider.System);
        var builder = services.AddControllerHost(
            new ControllerHostOptions { DrainTime = drain ?? Patience, LeadershipLost = LostLeadership.Add }, informers ?? Quick, lease);
        var registration = builder.AddController<V1Widget, ScriptedController>(Kinds.Widgets, options);
        more?.Invoke(registration);
        services.AddSingleton(Controller);
        _services = services.BuildServiceProvider();
        foreach (var hosted in _services.GetServices<IHostedService>())
            await hosted.StartAsync(Token);
    }

    /// <summary>What SIGTERM does.</summary>
    protected async Task StopAsync()
    {
        foreach (var hosted in _services!.GetServices<IHostedService>())
            await hosted.StopAsync(CancellationToken.None).WaitAsync(Patience);
    }
}
