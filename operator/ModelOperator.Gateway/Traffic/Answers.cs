using ModelOperator.Gateway.Hosting;

namespace ModelOperator.Gateway.Traffic;

/// <summary>Answers that the gateway itself gives: JSON, never cached.</summary>
internal static class Answers
{
    public static Task ErrorAsync(HttpContext context, int status, string reason, string message, string? version = null)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.Headers.CacheControl = "no-store";
        if (version is not null)
            response.Headers[VersionTransformer.VersionHeader] = version;
        return response.WriteAsJsonAsync(new GatewayError(message, reason), GatewayJson.Default.GatewayError, cancellationToken: context.RequestAborted);
    }
}
