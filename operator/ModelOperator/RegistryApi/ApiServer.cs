using Microsoft.AspNetCore.Server.Kestrel.Core;
using ModelOperator.Kubernetes.Runtime.Controllers;
using ModelOperator.Kubernetes.Runtime.Metrics;
using ModelOperator.Registry;

namespace ModelOperator.RegistryApi;

/// <summary>Builds the API's web application.</summary>
public static class ApiServer
{
    /// <summary>Builds it; the caller runs and disposes it. The database need not be there yet.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="access">Who may read what.</param>
    /// <param name="time">Clock.</param>
    public static WebApplication Build(ApiOptions options, IApiAccess access, TimeProvider time)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(options.Listen);
        builder.WebHost.ConfigureKestrel(static kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.ConfigureEndpointDefaults(static endpoint => endpoint.Protocols = HttpProtocols.Http1);
        });
        builder.Logging.ClearProviders().AddSimpleConsole(static console => console.SingleLine = true);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Services.AddSingleton<ApiMetrics>();
        builder.Services.AddSingleton(static _ => new PrometheusRegistry(static meter => meter.Name == ApiMetrics.MeterName));
        builder.Services.AddSingleton(provider => new RegistryDatabase(
            options.PostgresConnection, RegistryMigrations.Load(), time, provider.GetRequiredService<ILogger<RegistryDatabase>>(), rights: RegistryRights.Read));
        builder.Services.AddSingleton<ApiReader>();
        var app = builder.Build();
        var metrics = app.Services.GetRequiredService<PrometheusRegistry>();
        new ApiEndpoints(app.Services.GetRequiredService<ApiReader>(), access, app.Services.GetRequiredService<ApiMetrics>(), time).Map(app);
        app.MapGet("/healthz", static context => context.Response.WriteAsync("ok\n", context.RequestAborted));
        app.MapMetrics(metrics);
        return app;
    }
}
