using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using ModelOperator.RegistryApi;

namespace ModelOperator.Tests.RegistryApi;

public sealed class ApiDocumentTests
{
    [Fact]
    public async Task The_document_has_every_path_that_is_served_and_no_other()
    {
        await using var world = await ApiWorld.StartAsync("Host=127.0.0.1;Port=1;Username=u;Password=p;Database=d");
        var served = world.App.Services.GetServices<EndpointDataSource>().SelectMany(static source => source.Endpoints).OfType<RouteEndpoint>()
            .Select(static endpoint => endpoint.RoutePattern.RawText!).Where(static path => path.StartsWith("/api/", StringComparison.Ordinal));
        var (status, document) = await world.GetAsync("/openapi.json");
        Assert.Equal(200, status);
        Assert.Equal("3.1.0", (string?)document!["openapi"]);
        Assert.Equal(served.Order(StringComparer.Ordinal), document["paths"]!.AsObject().Select(static path => path.Key).Order(StringComparer.Ordinal));
        foreach (var needed in new[] { "models", "versions", "runs", "lineage", "budgets", "canaries" })
            Assert.Contains($"/api/v1/{needed}", document["paths"]!.AsObject().Select(static path => path.Key));
    }

    [Fact]
    public void Every_operation_names_its_parameters_and_answers_and_every_reference_leads_somewhere()
    {
        var document = Document();
        var operations = document["paths"]!.AsObject().Select(static path => path.Value!["get"]!).ToList();
        Assert.Equal(operations.Count, operations.Select(static one => (string?)one["operationId"]).Distinct().Count());
        foreach (var route in ApiRoutes.All)
        {
            var parameters = document["paths"]![route.Path]!["get"]!["parameters"]!.AsArray();
            Assert.Equal(
                [.. route.PathParameters.Select(static name => "path " + name), .. ApiQuery.ParametersOf(route).Select(static one => "query " + one.Name), "header If-None-Match"],
                parameters.Select(static one => $"{one!["in"]} {one["name"]}"));
            Assert.All(parameters, static one => Assert.NotNull(one!["schema"]!["type"]));
            var codes = document["paths"]![route.Path]!["get"]!["responses"]!.AsObject().Select(static one => one.Key);
            Assert.Superset(new HashSet<string> { "200", "304", "400", "401", "403", "503" }, codes.ToHashSet());
        }

        var schemas = document["components"]!["schemas"]!.AsObject().Select(static one => "#/components/schemas/" + one.Key).ToHashSet();
        Assert.All(References(document), reference => Assert.Contains(reference, schemas));
    }

    [Fact]
    public void Headers_and_the_lengths_of_texts_are_told_as_they_are_served()
    {
        var list = Document()["paths"]!["/api/v1/versions"]!["get"]!;
        JsonNode Schema(string name) => list["parameters"]!.AsArray().Single(one => (string?)one!["name"] == name)!["schema"]!;
        Assert.Equal((1, 512), ((int)Schema("revision")["items"]!["minLength"]!, (int)Schema("revision")["items"]!["maxLength"]!));
        // Keys of a page's last row may be long: a client that keeps to the document must be able to send them back.
        Assert.Equal(8192, (int)Schema("cursor")["maxLength"]!);
        string Headers(JsonNode operation, string code) => string.Join(' ', operation["responses"]![code]!["headers"]!.AsObject().Select(static one => one.Key));
        Assert.Equal(("ETag Link", "ETag", "Retry-After", "WWW-Authenticate"), (Headers(list, "200"), Headers(list, "304"), Headers(list, "503"), Headers(list, "401")));
        Assert.Equal("ETag", Headers(Document()["paths"]!["/api/v1/versions/{namespace}/{name}"]!["get"]!, "200"));
    }

    internal static JsonNode Document() => JsonNode.Parse(ApiDocument.Write(ApiRoutes.All).Span)!;

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(static member => member.Key == "$ref" ? [(string)member.Value!] : References(member.Value)),
        JsonArray items => items.SelectMany(References),
        _ => [],
    };
}
