using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Events;
using ModelOperator.Kubernetes.Runtime.Leadership;
using ModelOperator.Kubernetes.Runtime.Metrics;
using ModelOperator.Kubernetes.Runtime.Plans;

namespace ModelOperator.Kubernetes.Runtime.Controllers;

/// <summary>Registers the runtime. Needed besides: <see cref="IKubernetesClient"/> and logging.</summary>
public static class RuntimeServices
{
    /// <summary>Registers the host with its caches, metrics, events and health, and returns the builder of controllers.</summary>
    /// <param name="services">Where.</param>
    /// <param name="options">Behaviour of the host.</param>
    /// <param name="informers">Behaviour of the informers.</param>
    /// <param name="lease">Leader election; none when null: this process always leads.</param>
    /// <param name="events">Behaviour of the event recorder.</param>
    public static ControllerHostBuilder AddControllerHost(
        this IServiceCollection services,
        ControllerHostOptions? options = null,
        InformerOptions? informers = null,
        LeaseElectorOptions? lease = null,
        EventRecorderOptions? events = null)
    {
        var builder = new ControllerHostBuilder(services);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RuntimeHealth>();
        services.TryAddSingleton(static _ => ExposedMetrics.Create());
        services.TryAddSingleton(static provider => provider.GetRequiredService<ExposedMetrics>().Metrics);
        services.TryAddSingleton(static provider => provider.GetRequiredService<ExposedMetrics>().Registry);
        services.AddSingleton(options ?? new ControllerHostOptions());
        services.AddSingleton(builder);
        services.AddSingleton(provider => new Caches(
            provider.GetRequiredService<IKubernetesClient>(),
            informers ?? new InformerOptions(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<RuntimeMetrics>(),
            provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton<OwnWrites>();
        services.AddSingleton(events ?? new EventRecorderOptions());
        services.AddSingleton<EventRecorder>();
        services.AddSingleton<IEventRecorder>(static provider => provider.GetRequiredService<EventRecorder>());
        services.AddSingleton<IHostedService>(static provider => provider.GetRequiredService<EventRecorder>());
        services.AddSingleton<PlanContext>();
        if (lease is not null)
            services.AddSingleton(provider => Elector(provider, lease));
        services.AddSingleton(static provider => Host(provider));
        services.AddSingleton<IHostedService>(static provider => provider.GetRequiredService<ControllerHost>());
        return builder;
    }

    private static LeaseElector Elector(IServiceProvider provider, LeaseElectorOptions lease) => new(
        provider.GetRequiredService<IKubernetesClient>(),
        lease,
        provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<RuntimeMetrics>(),
        provider.GetRequiredService<ILogger<LeaseElector>>());

    private static ControllerHost Host(IServiceProvider provider) => new(
        provider.GetRequiredService<ControllerHostBuilder>(),
        provider,
        provider.GetRequiredService<Caches>(),
        provider.GetRequiredService<ControllerHostOptions>(),
        provider.GetRequiredService<IHostApplicationLifetime>(),
        provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<RuntimeMetrics>(),
        provider.GetRequiredService<RuntimeHealth>(),
        provider.GetRequiredService<ILogger<ControllerHost>>(),
        provider.GetService<LeaseElector>());
}
