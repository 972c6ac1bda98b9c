using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelOperator.Fakes;

/// <summary>Answers requests about objects, except watches.</summary>
internal sealed class ObjectHandler(FakeStore store, FakeReviews reviews)
{
    internal FakeResponse Handle(FakeRequest request, FakeResource resource, byte[] body, string mediaType) => request.Verb switch
    {
        "get" => new FakeResponse(200, (store.Find(resource, request.Namespace, request.Name!) ?? throw Missing(resource, request)).Utf8),
        "list" => new ListHandler(store).Handle(request, resource),
        "create" when request.Subresource is not null => reviews.CreateSubresource(request, resource, Parse(body)),
        "create" => FakeResponse.Json(store.Create(resource, request.Namespace, Parse(body), ManagerOf(request), request.IsDryRun), 201),
        "update" => FakeResponse.Json(Update(request, resource, _ => Parse(body))),
        "patch" => FakeResponse.Json(Update(request, resource, Patch(mediaType, body))),
        "apply" => Apply(request, resource, Parse(body)),
        "delete" when request.Name is not null => Delete(request, resource, body),
        _ => throw new FakeApiException(405, "MethodNotAllowed", $"{request.Method} is not supported here"),
    };

    private static FakeApiException Missing(FakeResource resource, FakeRequest request) =>
        FakeApiException.NotFound(resource, request.Name!);

    private static JsonObject Parse(byte[] body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject ?? throw FakeApiException.BadRequest("expected an object");
        }
        catch (JsonException e)
        {
            throw FakeApiException.BadRequest($"couldn't decode the body: {e.Message}");
        }
    }

    private static Func<JsonObject, JsonObject> Patch(string mediaType, byte[] body) => mediaType.Split(';')[0] switch
    {
        "application/json-patch+json" => live => JsonPatching.Apply(live, JsonNode.Parse(body)!.AsArray()),
        "application/merge-patch+json" => live => JsonPatching.Merge(live, Parse(body)).AsObject(),
        var other => throw new FakeApiException(415, "UnsupportedMediaType", $"the media type {other} is not supported"),
    };

    private static string ManagerOf(FakeRequest request) =>
        (request.FieldManager ?? request.UserAgent.Split('/', ' ')[0]) is { Length: > 0 } manager ? manager : "unknown";

    private JsonObject Update(FakeRequest request, FakeResource resource, Func<JsonObject, JsonObject> change)
    {
        if (request.Subresource is not (null or "status") || (request.Subresource == "status" && !resource.HasStatus))
            throw new FakeApiException(404, "NotFound", "the server could not find the requested resource");
        return store.Update(resource, request.Namespace, request.Name!, request.Subresource, change, ManagerOf(request), request.IsDryRun, request.Method == "PUT");
    }

    private FakeResponse Apply(FakeRequest request, FakeResource resource, JsonObject body)
    {
        if (string.IsNullOrEmpty(request.FieldManager))
            throw FakeApiException.BadRequest("fieldManager: Required value: is required for apply patch");
        if (body["apiVersion"] is null || body["kind"] is null)
            throw FakeApiException.BadRequest("apiVersion and kind must be set");
        var (json, created) = store.Apply(
            resource,
            request.Namespace,
            request.Name!,
            request.Subresource,
            body,
            request.FieldManager,
            RequestReader.IsTrue(request, "force"),
            request.IsDryRun);
        return FakeResponse.Json(json, created ? 201 : 200);
    }

    private FakeResponse Delete(FakeRequest request, FakeResource resource, byte[] body)
    {
        var options = body.Length == 0 ? null : JsonNode.Parse(Encoding.UTF8.GetString(body)) as JsonObject;
        var dryRun = request.IsDryRun || options?["dryRun"] is JsonArray { Count: > 0 };
        return FakeResponse.Json(store.Delete(resource, request.Namespace, request.Name!, options, dryRun));
    }
}
