using ModelOperator.Kubernetes.Runtime.Caching;

namespace ModelOperator.Kubernetes.Runtime.Controllers;

/// <summary>One registered controller: which changes give it which keys. The sentences end where the host is built.</summary>
public sealed class ControllerRegistration
{
    private readonly List<Func<IServiceProvider, IKeySource>> sources = [];
    private readonly Func<IServiceProvider, IKeyController> make;
    private readonly string kind;
    private readonly string group;

    internal ControllerRegistration(string name, string group, string kind, ControllerOptions options, Func<IServiceProvider, IKeyController> make)
    {
        (Name, Options) = (name, options);
        (this.group, this.kind, this.make) = (group, kind, make);
    }

    /// <summary>Name in metrics and logs.</summary>
    public string Name { get; }

    /// <summary>Behaviour.</summary>
    public ControllerOptions Options { get; }

    /// <summary>Objects whose managing owner is of the reconciled kind give the owner's key.</summary>
    /// <typeparam name="T">Kind of the children.</typeparam>
    /// <param name="descriptor">Kind of the children.</param>
    /// <param name="labelSelector">Only children with these labels are cached; all when null.</param>
    public ControllerRegistration Owns<T>(EntityDescriptor<T> descriptor, string? labelSelector = null)
        where T : class, IKubernetesObject =>
        Owns(descriptor, new CacheOptions<T> { LabelSelector = labelSelector });

    /// <summary>As above.</summary>
    /// <typeparam name="T">Kind of the children.</typeparam>
    /// <param name="descriptor">Kind of the children.</param>
    /// <param name="cache">What is cached.</param>
    public ControllerRegistration Owns<T>(EntityDescriptor<T> descriptor, CacheOptions<T> cache)
        where T : class, IKubernetesObject =>
        Watches(descriptor, OwnerKeys, cache);

    /// <summary>Objects of another kind give the keys that a map finds for them; for both the old and the new state.</summary>
    /// <typeparam name="T">Kind.</typeparam>
    /// <param name="descriptor">Kind.</param>
    /// <param name="keys">Pure map from an object to keys.</param>
    /// <param name="cache">What is cached; everything when null.</param>
    /// <param name="counts">Which changes count; all when null.</param>
    public ControllerRegistration Watches<T>(
        EntityDescriptor<T> descriptor,
        Func<T, IEnumerable<NamespacedName>> keys,
        CacheOptions<T>? cache = null,
        Func<CacheChange<T>, bool>? counts = null)
        where T : class, IKubernetesObject => Watches(descriptor, _ => keys, cache, counts);

    /// <summary>As above, with a map that reads other caches.</summary>
    /// <typeparam name="T">Kind.</typeparam>
    /// <param name="descriptor">Kind.</param>
    /// <param name="keys">Makes the map once the caches exist.</param>
    /// <param name="cache">What is cached; everything when null.</param>
    /// <param name="counts">Which changes count; all when null.</param>
    public ControllerRegistration Watches<T>(
        EntityDescriptor<T> descriptor,
        Func<Caches, Func<T, IEnumerable<NamespacedName>>> keys,
        CacheOptions<T>? cache = null,
        Func<CacheChange<T>, bool>? counts = null)
        where T : class, IKubernetesObject => WatchesChanges(
            descriptor,
            caches =>
            {
                var map = keys(caches);
                // The old state matters as well: an object that moves from one owner to another concerns both.
                return change => (change.Old is null ? [] : map(change.Old)).Concat(change.New is null ? [] : map(change.New));
            },
            cache,
            counts);

    /// <summary>As above, with a map that sees both states at once, for objects so large that only what changed may wake others.</summary>
    /// <typeparam name="T">Kind.</typeparam>
    /// <param name="descriptor">Kind.</param>
    /// <param name="keys">Makes the map once the caches exist; an object that is there at the start comes as new.</param>
    /// <param name="cache">What is cached; everything when null.</param>
    /// <param name="counts">Which changes count; all when null.</param>
    public ControllerRegistration WatchesChanges<T>(
        EntityDescriptor<T> descriptor,
        Func<Caches, Func<CacheChange<T>, IEnumerable<NamespacedName>>> keys,
        CacheOptions<T>? cache = null,
        Func<CacheChange<T>, bool>? counts = null)
        where T : class, IKubernetesObject
    {
        sources.Add(services =>
        {
            var caches = (Caches)(services.GetService(typeof(Caches)) ?? throw new InvalidOperationException("Caches is not registered."));
            return new KeySource<T>(caches.InformerOf(descriptor, cache), keys(caches), counts);
        });
        return this;
    }

    /// <summary>Keys that something else than a cache announces, for example a report that came in.</summary>
    /// <param name="listen">Called once with what takes a key.</param>
    public ControllerRegistration Hears(Action<IServiceProvider, Action<NamespacedName>> listen)
    {
        sources.Add(services => new AnnouncedKeys(take => listen(services, take)));
        return this;
    }

    internal ControllerLoop Build(IServiceProvider services, ControllerLoopServices shared)
    {
        var controller = make(services);
        return new ControllerLoop(Name, controller, Options, [.. sources.Select(source => source(services))], shared);
    }

    private IEnumerable<NamespacedName> OwnerKeys(IKubernetesObject child)
    {
        if (child.Controller is not { } owner || owner.Kind != kind || GroupOf(owner.ApiVersion) != group)
            return [];
        return [new NamespacedName(child.Metadata.NamespaceProperty ?? "", owner.Name)];
    }

    private static string GroupOf(string apiVersion) =>
        apiVersion.IndexOf('/', StringComparison.Ordinal) is var slash and >= 0 ? apiVersion[..slash] : "";
}
