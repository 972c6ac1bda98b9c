using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ModelOperator.Server.Http;
using ModelOperator.Server.Metrics;
using ModelOperator.Server.Models;
using ModelOperator.Server.PredictionLogs;

namespace ModelOperator.Server.Hosting;

/// <summary>Wires the server.</summary>
public static class ServerHost
{
    // After the longest that a request may wait: to predict, to answer, and to hand over the last of the log.
    private static readonly TimeSpan AfterLastRequest = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LeastStopTime = TimeSpan.FromSeconds(20);

    // Above our own limit, so that the rest of a body that is somewhat too large is drained and its sender gets to read the 413.
    private const int MostDrainedBytes = 8 * ServerOptions.MostBodyBytes;

    // Settings are those of ServerOptions. To watch for an appsettings.json is to watch the whole working directory, every file that is written below it wakes a thread, and a node has few inotify instances:
    // where none is left the process would not start.
    private static readonly string[] Arguments = ["--hostBuilder:reloadConfigOnChange=false"];

    /// <summary>Builds a server that is not started yet.</summary>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The host disposes of the first model.")]
    public static WebApplication Build(ServerOptions options, TimeProvider time)
    {
        // Of all models together.
        PredictionTurns turns = new(Environment.ProcessorCount);
        var first = options.Models is [{ Version: not null }] ? new FirstModel(options, time, turns) : null;
        var builder = WebApplication.CreateSlimBuilder(Arguments);
        builder.Logging.SetMinimumLevel(LogLevel.Information).AddFilter("Microsoft", LogLevel.Warning)
            // It logs nothing at this level, but makes an Activity for every request as long as it may.
            .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        builder.WebHost.ConfigureKestrel(kestrel => Configure(kestrel, options));
        // Requests are answered on the thread that read them: a prediction takes less time than waking another thread. Long ones yield.
        builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopTime(options));
        builder.Services
            .AddSingleton(options)
            .AddSingleton(time)
            .AddSingleton<IMemoryPoolFactory<byte>, ConnectionBlocksFactory>()
            .AddSingleton(turns)
            .AddSingleton<ModelState>()
            .AddSingleton<RequestGate>()
            .AddSingleton<ServerMetrics>()
            .AddSingleton<PredictionLog>()
            // Stopped after the web server, which is added last: what the last requests left is still sent.
            .AddHostedService<PredictionSender>()
            .AddSingleton<InfoEndpoints>()
            .AddSingleton<ServerEndpoints>()
            .AddSingleton<ServerExit>()
            .AddSingleton<DeviceWatch>()
            .AddSingleton<IHostLifetime, DrainLifetime>();
        if (first is not null)
            builder.Services.AddSingleton(_ => first).AddHostedService<ModelLoader>();
        else
            builder.Services.AddHostedService<ModelReloader>();
        var application = builder.Build();
        application.Run(application.Services.GetRequiredService<ServerEndpoints>().HandleAsync);
        return application;
    }

    /// <summary>Runs the server until it is stopped.</summary>
    /// <returns>0, 65 when the version that was to stay cannot be served, or 69 when the GPU that was asked for is not there or fails.</returns>
    public static async Task<int> RunAsync(ServerOptions options, TimeProvider time)
    {
        if (DeviceWatch.Refusal(options) is { } reason)
        {
            await Console.Error.WriteLineAsync("error: " + reason);
            ServerExit.WriteTermination(options, reason);
            return ServerExit.NoDevice;
        }

        PredictionTurns.MakeRoom();
        await using var application = Build(options, time);
        // Taken first: running to the end disposes the services.
        var exit = application.Services.GetRequiredService<ServerExit>();
        await application.RunAsync();
        return exit.Code;
    }

    /// <summary>How long what runs at the end of the drain may go on: a request that began then is answered within its own limit, and not cut off before.</summary>
    private static TimeSpan StopTime(ServerOptions options)
    {
        var needed = options.RequestTimeout + AfterLastRequest;
        return needed > LeastStopTime ? needed : LeastStopTime;
    }

    private static void Configure(KestrelServerOptions kestrel, ServerOptions options)
    {
        kestrel.ListenAnyIP(options.Port);
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = MostDrainedBytes;
        // How long a body may take is our own limit: Kestrel would end a request whose client stands still for five seconds.
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 << 10;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
    }
}
