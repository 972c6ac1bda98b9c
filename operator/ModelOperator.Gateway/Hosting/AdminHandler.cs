using ModelOperator.Gateway.Metrics;
using ModelOperator.Gateway.Routing;
using ModelOperator.Gateway.Traffic;

namespace ModelOperator.Gateway.Hosting;

/// <summary>Every request of the admin port.</summary>
internal sealed class AdminHandler(RouteTableStore store, GatewayMetrics metrics, DrainState drain, HeldRequests held)
{
    /// <summary>How long an answer is kept back that would say that nothing is held.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    public Task HandleAsync(HttpContext context) => context.Request.Path.Value switch
    {
        "/healthz" => TextAsync(context, StatusCodes.Status200OK, "ok\n", "text/plain"),
        "/readyz" when drain.Draining => TextAsync(context, StatusCodes.Status503ServiceUnavailable, "draining\n", "text/plain"),
        "/readyz" when store.Current is null => TextAsync(context, StatusCodes.Status503ServiceUnavailable, "no route table yet\n", "text/plain"),
        "/readyz" => TextAsync(context, StatusCodes.Status200OK, "ok\n", "text/plain"),
        "/metrics" => TextAsync(context, StatusCodes.Status200OK, PrometheusText.Write(metrics), PrometheusText.ContentType),
        "/admin/routes" when context.Request.Query["waitFor"] == "demand" => WaitAsync(context),
        "/admin/routes" => RoutesAsync(context),
        _ => TextAsync(context, StatusCodes.Status404NotFound, "not found\n", "text/plain"),
    };

    private Task RoutesAsync(HttpContext context) =>
        context.Response.WriteAsJsonAsync(RoutesReport.Of(store, metrics), GatewayJson.Default.RoutesReport, cancellationToken: context.RequestAborted);

    /// <summary>Nobody who may scale has to ask every second, and the gateway needs no right to wake anybody.</summary>
    private async Task WaitAsync(HttpContext context)
    {
        await held.DemandAsync(LongestWait, context.RequestAborted);
        await RoutesAsync(context);
    }

    private static Task TextAsync(HttpContext context, int status, string text, string type)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
