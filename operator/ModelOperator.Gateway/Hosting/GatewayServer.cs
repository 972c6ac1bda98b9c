using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using ModelOperator.Gateway.Metrics;
using ModelOperator.Gateway.Routing;
using ModelOperator.Gateway.Sources;
using ModelOperator.Gateway.Traffic;

namespace ModelOperator.Gateway.Hosting;

/// <summary>The running gateway: a traffic server and an admin server over one route table.</summary>
public sealed class GatewayServer : IAsyncDisposable
{
    private readonly WebApplication _traffic;
    private readonly WebApplication _admin;
    private readonly DrainState _drain = new();
    private readonly GatewayOptions _options;
    private readonly TimeProvider _clock;

    private GatewayServer(GatewayOptions options, IRouteTableSource source, ILoggerFactory loggers, TimeProvider clock)
    {
        _options = options;
        _clock = clock;
        GatewayMetrics metrics = new();
        Routes = new(metrics, clock, loggers.CreateLogger<RouteTableStore>());
        _traffic = BuildTraffic(options, loggers, clock, Routes, metrics, _drain);
        _admin = BuildAdmin(options, loggers, source, new(Routes, metrics, _drain, _traffic.Services.GetRequiredService<HeldRequests>()), Routes);
    }

    /// <summary>The route table in force.</summary>
    public RouteTableStore Routes { get; }

    /// <summary>Where traffic is taken.</summary>
    public Uri TrafficAddress => AddressOf(_traffic);

    /// <summary>Where /admin/routes, /healthz, /readyz and /metrics are.</summary>
    public Uri AdminAddress => AddressOf(_admin);

    /// <summary>Starts both servers and the reading of the source.</summary>
    public static async Task<GatewayServer> StartAsync(
        GatewayOptions options, IRouteTableSource source, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellationToken)
    {
        GatewayServer server = new(options, source, loggers, clock);
        await server._admin.StartAsync(cancellationToken);
        await server._traffic.StartAsync(cancellationToken);
        return server;
    }

    /// <summary>Not ready at once; takes traffic for the drain delay; finishes what is in flight; then closes.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _drain.Begin();
        await Task.Delay(_options.DrainDelay, _clock, cancellationToken);
        _drain.End();
        await _traffic.StopAsync(cancellationToken);
        await _admin.StopAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _traffic.DisposeAsync();
        await _admin.DisposeAsync();
        _drain.Dispose();
    }

    private static WebApplication BuildTraffic(
        GatewayOptions options, ILoggerFactory loggers, TimeProvider clock, RouteTableStore routes, GatewayMetrics metrics, DrainState drain)
    {
        var builder = Builder(options.Port, options, loggers);
        builder.Services.AddHttpForwarder();
        builder.Services.AddSingleton(options).AddSingleton(clock).AddSingleton(routes).AddSingleton(metrics).AddSingleton(drain)
            .AddSingleton(SocketLanes.OfThisProcess()).AddSingleton<UpstreamClient>().AddSingleton<HeldRequests>().AddSingleton<SmallForwarder>().AddSingleton<ArmForwarder>()
            .AddSingleton<MirrorSender>().AddSingleton<FeedbackHandler>().AddSingleton<TrafficHandler>();
        var app = builder.Build();
        var handler = app.Services.GetRequiredService<TrafficHandler>();
        ((IApplicationBuilder)app).Run(handler.HandleAsync);
        return app;
    }

    private static WebApplication BuildAdmin(
        GatewayOptions options, ILoggerFactory loggers, IRouteTableSource source, AdminHandler handler, RouteTableStore routes)
    {
        var builder = Builder(options.AdminPort, options, loggers);
        builder.Services.AddSingleton(source).AddSingleton(routes).AddHostedService<RouteTableReader>();
        var app = builder.Build();
        ((IApplicationBuilder)app).Run(handler.HandleAsync);
        return app;
    }

    private static WebApplicationBuilder Builder(int port, GatewayOptions options, ILoggerFactory loggers)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout);
        // Nothing here blocks: what follows a socket's readiness runs on the thread that learned of it, see SocketThreads.
        builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxBodyBytes;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.ListenAnyIP(port);
        });
        return builder;
    }

    private static Uri AddressOf(WebApplication app)
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        return new UriBuilder(addresses.First()) { Host = "127.0.0.1" }.Uri;
    }
}
