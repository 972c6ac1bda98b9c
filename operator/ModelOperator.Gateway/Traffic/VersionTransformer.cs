using Yarp.ReverseProxy.Forwarder;

namespace ModelOperator.Gateway.Traffic;

/// <summary>Passes requests and responses on as they are, and names the version in responses whose server did not.</summary>
internal sealed class VersionTransformer(string version) : HttpTransformer
{
    public const string VersionHeader = "x-model-version";

    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        // The Service's own name, not the one that the client used for the gateway.
        proxyRequest.Headers.Host = null;
    }

    public override async ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        var copy = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        if (!httpContext.Response.Headers.ContainsKey(VersionHeader))
            httpContext.Response.Headers[VersionHeader] = version;
        return copy;
    }
}
