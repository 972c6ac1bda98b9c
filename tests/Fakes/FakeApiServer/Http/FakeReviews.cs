using System.Globalization;
using System.Text.Json.Nodes;

namespace ModelOperator.Fakes;

/// <summary>Answers of things that are posted but not stored: token and access reviews, token requests, evictions.</summary>
public sealed class FakeReviews
{
    private readonly FakeStore _store;
    private readonly TimeProvider _time;

    internal FakeReviews(FakeStore store, TimeProvider time)
    {
        _store = store;
        _time = time;
    }

    /// <summary>Status of a TokenReview, from the token. Default: nobody is authenticated.</summary>
    public Func<string, JsonObject> Tokens { get; set; } = _ => new JsonObject { ["authenticated"] = false };

    /// <summary>Whether a SubjectAccessReview's spec is allowed. Default: no.</summary>
    public Func<JsonObject, bool> Access { get; set; } = _ => false;

    internal FakeResponse? Handle(FakeRequest request, byte[] body)
    {
        if (request.Method != "POST" || request.Resource is not ("tokenreviews" or "subjectaccessreviews"))
            return null;
        var review = JsonNode.Parse(body)!.AsObject();
        review["status"] = request.Resource == "tokenreviews"
            ? Tokens((string?)review["spec"]?["token"] ?? string.Empty)
            : new JsonObject { ["allowed"] = Access(review["spec"]!.AsObject()) };
        return FakeResponse.Json(review, 201);
    }

    internal FakeResponse CreateSubresource(FakeRequest request, FakeResource resource, JsonObject body)
    {
        switch (resource.Plural, request.Subresource)
        {
            case ("serviceaccounts", "token"):
                var account = _store.Find(resource, request.Namespace, request.Name!) ?? throw FakeApiException.NotFound(resource, request.Name!);
                var life = (long?)body["spec"]?["expirationSeconds"] ?? 3600;
                body["status"] = new JsonObject
                {
                    ["token"] = $"token-of-{account.Namespace}-{account.Name}",
                    ["expirationTimestamp"] = _time.GetUtcNow().AddSeconds(life).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                };
                return FakeResponse.Json(body, 201);
            case ("pods", "eviction"):
                _store.Delete(resource, request.Namespace, request.Name!, body["deleteOptions"] as JsonObject, request.IsDryRun);
                return FakeResponse.Json(FakeApiException.Status(201, string.Empty, string.Empty), 201);
            default:
                throw new FakeApiException(404, "NotFound", "the server could not find the requested resource");
        }
    }
}
