using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Plans;

namespace ModelOperator.Kubernetes.Runtime.Controllers;

/// <summary>Registers controllers in sentences: <c>host.AddController&lt;V1X, XController&gt;(X).Owns(Pods).Watches(Budgets, map)</c>.</summary>
/// <param name="services">Where the controllers are registered, as singletons.</param>
public sealed class ControllerHostBuilder(IServiceCollection services)
{
    private readonly List<ControllerRegistration> registrations = [];

    /// <summary>The services behind the host.</summary>
    public IServiceCollection Services => services;

    internal IReadOnlyList<ControllerRegistration> Registrations => registrations;

    /// <summary>A controller of one kind; every change of an object of that kind gives its key.</summary>
    /// <typeparam name="TEntity">Reconciled kind.</typeparam>
    /// <typeparam name="TController">Controller; built once, from the services.</typeparam>
    /// <param name="descriptor">Reconciled kind.</param>
    /// <param name="options">Behaviour.</param>
    /// <param name="cache">What is cached; everything when null.</param>
    /// <param name="counts">Which changes count; all when null.</param>
    public ControllerRegistration AddController<
        TEntity,
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TController>(
        EntityDescriptor<TEntity> descriptor,
        ControllerOptions? options = null,
        CacheOptions<TEntity>? cache = null,
        Func<CacheChange<TEntity>, bool>? counts = null)
        where TEntity : class, IKubernetesObject
        where TController : class, IEntityController<TEntity>
    {
        services.AddSingleton<TController>();
        var registration = new ControllerRegistration(
            options?.Name ?? descriptor.Plural, descriptor.Group, descriptor.Kind, options ?? new ControllerOptions(), provider =>
                new EntityKeyController<TEntity>(
                    descriptor,
                    provider.GetRequiredService<Caches>().For(descriptor, cache),
                    provider.GetRequiredService<TController>(),
                    provider.GetRequiredService<OwnWrites>()));
        registrations.Add(registration.Watches(descriptor, static entity => [entity.Key], cache, counts));
        return registration;
    }

    /// <summary>A controller whose keys only its maps define, for example one serial pass over everything.</summary>
    /// <typeparam name="TController">Controller; built once, from the services.</typeparam>
    /// <param name="name">Name in metrics and logs.</param>
    /// <param name="options">Behaviour.</param>
    public ControllerRegistration AddKeyController<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TController>(
        string name,
        ControllerOptions? options = null)
        where TController : class, IKeyController
    {
        services.AddSingleton<TController>();
        var registration = new ControllerRegistration(
            name, "", "", options ?? new ControllerOptions(), static provider => provider.GetRequiredService<TController>());
        registrations.Add(registration);
        return registration;
    }
}
