using System.Net;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes.Runtime.Metrics;

namespace ModelOperator.EnergyAgent;

/// <summary>The agent's process: one sampler, one page.</summary>
public static class AgentApp
{
    /// <summary>Builds the agent; it begins with StartAsync.</summary>
    public static WebApplication Build(AgentOptions options, TimeProvider time)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.UseConsoleLog();
        builder.Services.AddSingleton(options).AddSingleton(time).AddSingleton<AgentSampler>();
        builder.Services.AddHostedService(static provider => provider.GetRequiredService<AgentSampler>());
        builder.WebHost.ConfigureKestrel((_, kestrel) =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Any, options.Port);
        });
        var app = builder.Build();
        app.MapGet("/metrics", (HttpContext context) =>
        {
            context.Response.ContentType = PrometheusRegistry.ContentType;
            return context.Response.WriteAsync(AgentText.Write(context.RequestServices.GetRequiredService<AgentSampler>().Picture), context.RequestAborted);
        });
        app.MapGet("/livez", static (HttpContext context) => context.Response.WriteAsync("ok", context.RequestAborted));
        return app;
    }
}
