using System.Net;
using System.Text.Json.Nodes;
using ModelOperator.Artifacts;
using ModelOperator.Fakes;
using ModelOperator.Kubernetes;

namespace ModelOperator.Tests.Artifacts;

public sealed class KubernetesArtifactAuthorizerTests
{
    [Fact]
    public async Task People_enter_by_their_kubernetes_token_and_the_verbs_they_may()
    {
        await using var api = await FakeApiServer.StartAsync();
        var asked = new List<string>();
        api.Reviews.Tokens = static token => token == "anns-token"
            ? new JsonObject { ["authenticated"] = true, ["user"] = new JsonObject { ["username"] = "ann", ["groups"] = new JsonArray("team") } }
            : new JsonObject { ["authenticated"] = false };
        api.Reviews.Access = spec =>
        {
            var wanted = spec["resourceAttributes"]!;
            asked.Add($"{spec["user"]} {spec["groups"]![0]} {wanted["verb"]} {wanted["resource"]}.{wanted["group"]} {wanted["namespace"]}");
            return (string?)wanted["verb"] == "create" && (string?)wanted["namespace"] == "team-a";
        };
        using var client = new KubernetesClient(api.Configuration, new KubernetesClientOptions { MaxRetries = 0 }, TimeProvider.System, new Random(1));
        await using var store = await StoreFixture.StartAsync(authorizer: new KubernetesArtifactAuthorizer(client));
        Assert.Equal(HttpStatusCode.Created, await PutAsync(store, "anns-token", "?namespace=team-a"));
        Assert.Equal(HttpStatusCode.Forbidden, await PutAsync(store, "anns-token", ""));
        Assert.Equal(HttpStatusCode.Unauthorized, await PutAsync(store, "stranger", "?namespace=team-a"));
        Assert.Equal(HttpStatusCode.Forbidden, (await store.SendAsync(HttpMethod.Get, Sha256Digest.Of("x"u8), "anns-token")).StatusCode);
        Assert.Equal(
            ["ann team create artifacts.modeloperator.io team-a", "ann team create artifacts.modeloperator.io ", "ann team get artifacts.modeloperator.io "], asked);
        // The report names what there is in all namespaces; what is named only the operator may say.
        asked.Clear();
        Assert.Equal(HttpStatusCode.Forbidden, await CollectionsAsync(store, HttpMethod.Get));
        Assert.Equal(HttpStatusCode.Forbidden, await CollectionsAsync(store, HttpMethod.Post));
        Assert.Equal(["ann team get artifacts.modeloperator.io "], asked);
        await api.DisposeAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await PutAsync(store, "anns-token", "?namespace=team-a"));
    }

    private static async Task<HttpStatusCode> CollectionsAsync(StoreFixture store, HttpMethod method)
    {
        using var request = new HttpRequestMessage(method, CollectionEndpoints.Route + "?namespace=team-a");
        request.Headers.Authorization = new("Bearer", "anns-token");
        using var answer = await store.Http.SendAsync(request);
        return answer.StatusCode;
    }

    private static async Task<HttpStatusCode> PutAsync(StoreFixture store, string token, string query)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/v1/blobs/sha256/{Sha256Digest.Of("x"u8).Hex}{query}") { Content = new ByteArrayContent("x"u8.ToArray()) };
        request.Headers.Authorization = new("Bearer", token);
        using var answer = await store.Http.SendAsync(request);
        return answer.StatusCode;
    }
}
