using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace ModelOperator.Artifacts;

/// <summary>The HTTP surface of the collection of garbage: begun, then ended by the text of <see cref="NamedDigests"/>.</summary>
public sealed class CollectionEndpoints(Collector collector, StoreGate gate)
{
    /// <summary>Where collections are begun; one is ended below by its name.</summary>
    public const string Route = "/v1/collections";

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Route, BeginAsync);
        routes.MapPut(Route + "/{id}", EndAsync);
        routes.MapGet(Route, LastAsync);
    }

    private async Task BeginAsync(HttpContext context)
    {
        if (await gate.AdmitAsync(context, ArtifactVerb.Collect, null) is null)
            return;
        context.Response.StatusCode = StatusCodes.Status201Created;
        await context.Response.WriteAsJsonAsync(collector.Begin(), ArtifactsJson.Default.OpenCollection, cancellationToken: context.RequestAborted);
    }

    private async Task EndAsync(HttpContext context)
    {
        if (await gate.AdmitAsync(context, ArtifactVerb.Collect, null) is null)
            return;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = NamedDigests.MaxBytes;
        using var body = new StreamReader(context.Request.Body, Encoding.ASCII);
        var (named, error) = await NamedDigests.ReadAsync(body, context.RequestAborted);
        if (named is null)
        {
            await StoreGate.RefuseAsync(context, 400, "Incomplete", $"nothing was collected: {error}");
            return;
        }

        if (await collector.EndAsync((string)context.Request.RouteValues["id"]!, named, context.RequestAborted) is { } report)
            await context.Response.WriteAsJsonAsync(report, ArtifactsJson.Default.CollectionReport, cancellationToken: context.RequestAborted);
        else
            await StoreGate.RefuseAsync(context, 409, "CollectionNotOpen", "nothing was collected: this collection was ended, or another was begun, or the store has restarted; begin anew");
    }

    private async Task LastAsync(HttpContext context)
    {
        if (await gate.AdmitAsync(context, ArtifactVerb.Get, null) is null)
            return;
        if (collector.Last is { } report)
            await context.Response.WriteAsJsonAsync(report, ArtifactsJson.Default.CollectionReport, cancellationToken: context.RequestAborted);
        else
            await StoreGate.RefuseAsync(context, 404, "NoCollection", "there was no collection since the store started");
    }
}
