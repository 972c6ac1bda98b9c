using System.Diagnostics.CodeAnalysis;
using System.Net;
using ModelOperator.Carbon.Grid;

namespace ModelOperator.GridSources;

/// <summary>Registers the intensity sources.</summary>
public static class GridRoom
{
    private const string Key = "grid";

    /// <summary>Adds <see cref="GridKnowledge"/> and what keeps it fresh. Without a chain nothing ever leaves the process.</summary>
    public static void AddGrid(this IServiceCollection services, GridSourceOptions options)
    {
        services.AddSingleton(options);
        services.AddKeyedSingleton(Key, static (_, _) => Client());
        services.AddSingleton(static provider => new PoliteHttp(provider.GetRequiredKeyedService<HttpClient>(Key), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<GridSourceMetrics>();
        services.AddSingleton(provider => new WattTimeSession(
            provider.GetRequiredService<PoliteHttp>(), options.WattTimeUrl, options.WattTimeUser ?? "", options.WattTimePassword ?? new(""), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => Cache(provider, options, AverageSources(options, provider)));
        services.AddSingleton(provider => Cache(provider, options, MarginalSources(options, provider)));
        services.AddSingleton<GridKnowledge>();
        services.AddHostedService<GridRefresher>();
    }

    private static List<IGridSource<AverageSignal>> AverageSources(GridSourceOptions options, IServiceProvider provider)
    {
        var sources = Common<AverageSignal>(options, provider);
        var place = options.Chain.Where(name => name == GridSourceNames.ElectricityMaps || sources.Any(s => s.Name == name)).ToList().IndexOf(GridSourceNames.ElectricityMaps);
        if (place >= 0)
            sources.Insert(place, new ElectricityMapsSource(provider.GetRequiredService<PoliteHttp>(), options.ElectricityMapsUrl, options.ElectricityMapsToken!));
        return sources;
    }

    // Electricity Maps has averages only.
    private static List<IGridSource<MarginalSignal>> MarginalSources(GridSourceOptions options, IServiceProvider provider) => Common<MarginalSignal>(options, provider);

    private static List<IGridSource<TSignal>> Common<TSignal>(GridSourceOptions options, IServiceProvider provider)
        where TSignal : struct, IGridSignal
    {
        var http = provider.GetRequiredService<PoliteHttp>();
        return [.. options.Chain.Select(IGridSource<TSignal>? (name) => name switch
        {
            GridSourceNames.WattTime => new WattTimeSource<TSignal>(provider.GetRequiredService<WattTimeSession>(), options.WattTimeUrl),
            GridSourceNames.CarbonAwareSdk when options.CarbonAwareSdkSignal == TSignal.Kind => new CarbonAwareSdkSource<TSignal>(http, options.CarbonAwareSdkUrl!),
            GridSourceNames.File => new HoursFileSource<TSignal>(options.File!),
            _ => null,
        }).OfType<IGridSource<TSignal>>()];
    }

    private static GridIntensityCache<TSignal> Cache<TSignal>(IServiceProvider provider, GridSourceOptions options, List<IGridSource<TSignal>> sources)
        where TSignal : struct, IGridSignal => new(
            sources,
            options,
            provider.GetRequiredService<GridSourceMetrics>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<GridKnowledge>>());

    // No redirects: they would carry tokens to other hosts.
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The client owns its handler and disposes it.")]
    private static HttpClient Client() => new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        },
        disposeHandler: true)
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };
}
