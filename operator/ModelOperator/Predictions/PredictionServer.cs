using Microsoft.AspNetCore.Server.Kestrel.Core;
using ModelOperator.Kubernetes.Runtime.Controllers;
using ModelOperator.Kubernetes.Runtime.Metrics;
using ModelOperator.Registry;

namespace ModelOperator.Predictions;

/// <summary>Builds the receiver's web application.</summary>
public static class PredictionServer
{
    /// <summary>Builds it; the caller runs and disposes it. The database need not be there yet.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="time">Clock.</param>
    public static WebApplication Build(PredictionOptions options, TimeProvider time)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(options.Listen);
        builder.WebHost.ConfigureKestrel(static kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = PredictionBatch.MostBytes;
            kestrel.ConfigureEndpointDefaults(static endpoint => endpoint.Protocols = HttpProtocols.Http1);
        });
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromSeconds(20));
        builder.Logging.ClearProviders().AddSimpleConsole(static console => console.SingleLine = true);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Services.AddSingleton(options).AddSingleton(time).AddSingleton<PredictionMetrics>().AddSingleton<PredictionEndpoint>();
        builder.Services.AddSingleton(static _ => new PrometheusRegistry(static meter => meter.Name == PredictionMetrics.MeterName));
        builder.Services.AddSingleton(provider => new RegistryDatabase(
            options.PostgresConnection, RegistryMigrations.Load(), time, provider.GetRequiredService<ILogger<RegistryDatabase>>(), rights: RegistryRights.Write));
        var app = builder.Build();
        // The registry listens to meters that are made after it.
        var metrics = app.Services.GetRequiredService<PrometheusRegistry>();
        app.Services.GetRequiredService<PredictionEndpoint>().Map(app);
        app.MapGet("/healthz", static context => context.Response.WriteAsync("ok\n", context.RequestAborted));
        app.MapMetrics(metrics);
        return app;
    }
}
