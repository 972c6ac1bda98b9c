using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ModelOperator.Kubernetes.Runtime.Metrics;

namespace ModelOperator.Kubernetes.Runtime.Controllers;

/// <summary>Endpoints of the process itself.</summary>
public static class RuntimeEndpoints
{
    /// <summary>Maps <c>/readyz</c> and <c>/livez</c> (200 "ok", or 503 with one problem a line) and <c>/metrics</c>.</summary>
    /// <param name="endpoints">Where.</param>
    /// <param name="health">Checks.</param>
    /// <param name="metrics">Metrics.</param>
    public static void MapRuntime(this IEndpointRouteBuilder endpoints, RuntimeHealth health, PrometheusRegistry metrics)
    {
        endpoints.MapGet("/readyz", (RequestDelegate)(context => AnswerAsync(context, health.NotReady())));
        endpoints.MapGet("/livez", (RequestDelegate)(context => AnswerAsync(context, health.NotLive())));
        endpoints.MapMetrics(metrics);
    }

    /// <summary>Maps <c>/metrics</c>.</summary>
    /// <param name="endpoints">Where.</param>
    /// <param name="metrics">Metrics.</param>
    public static void MapMetrics(this IEndpointRouteBuilder endpoints, PrometheusRegistry metrics) => endpoints.MapGet("/metrics", (RequestDelegate)(context =>
    {
        context.Response.ContentType = PrometheusRegistry.ContentType;
        return context.Response.WriteAsync(metrics.Write(), context.RequestAborted);
    }));

    private static Task AnswerAsync(HttpContext context, IReadOnlyList<string> problems)
    {
        context.Response.StatusCode = problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(problems.Count == 0 ? "ok" : string.Join('\n', problems), Encoding.UTF8, context.RequestAborted);
    }
}
