using ModelOperator.Gateway.Metrics;
using ModelOperator.Gateway.Routing;

namespace ModelOperator.Gateway.Hosting;

/// <summary>Every request of the admin port.</summary>
internal sealed class AdminHandler(RouteTableStore store, GatewayMetrics metrics, DrainState drain)
{
    public Task HandleAsync(HttpContext context) => context.Request.Path.Value switch
    {
        "/healthz" => TextAsync(context, StatusCodes.Status200OK, "ok\n", "text/plain"),
        "/readyz" when drain.Draining => TextAsync(context, StatusCodes.Status503ServiceUnavailable, "draining\n", "text/plain"),
        "/readyz" when store.Current is null => TextAsync(context, StatusCodes.Status503ServiceUnavailable, "no route table yet\n", "text/plain"),
        "/readyz" => TextAsync(context, StatusCodes.Status200OK, "ok\n", "text/plain"),
        "/metrics" => TextAsync(context, StatusCodes.Status200OK, PrometheusText.Write(metrics), PrometheusText.ContentType),
        "/admin/routes" => context.Response.WriteAsJsonAsync(RoutesReport.Of(store), GatewayJson.Default.RoutesReport, cancellationToken: context.RequestAborted),
        _ => TextAsync(context, StatusCodes.Status404NotFound, "not found\n", "text/plain"),
    };

    private static Task TextAsync(HttpContext context, int status, string text, string type)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
