using System.Text.Json.Nodes;

namespace ModelOperator.Fakes;

/// <summary>Discovery, version and health.</summary>
internal sealed class DiscoveryHandler(FakeApiServerOptions options)
{
    internal FakeResponse? Handle(string path, IReadOnlyList<FakeResource> resources) => path.TrimEnd('/').Split('/') switch
    {
        ["", "version"] => FakeResponse.Json(Version()),
        ["", "healthz" or "readyz" or "livez"] => FakeResponse.Text("ok"),
        ["", "api"] => FakeResponse.Json(new JsonObject { ["kind"] = "APIVersions", ["versions"] = new JsonArray("v1") }),
        ["", "apis"] => FakeResponse.Json(Groups(resources)),
        ["", "api", var version] => Resources(string.Empty, version, resources),
        ["", "apis", var group, var version] => Resources(group, version, resources),
        _ => null,
    };

    private static JsonObject Groups(IReadOnlyList<FakeResource> resources) => new()
    {
        ["kind"] = "APIGroupList",
        ["apiVersion"] = "v1",
        ["groups"] = new JsonArray([.. resources.Where(r => r.Group.Length > 0).GroupBy(r => r.Group).Select(Group)]),
    };

    private static JsonObject Group(IGrouping<string, FakeResource> group)
    {
        var versions = group.Select(r => r.Version).Distinct()
            .Select(v => new JsonObject { ["groupVersion"] = $"{group.Key}/{v}", ["version"] = v }).ToArray();
        return new JsonObject
        {
            ["name"] = group.Key,
            ["preferredVersion"] = versions[0].DeepClone(),
            ["versions"] = new JsonArray([.. versions]),
        };
    }

    private static FakeResponse? Resources(string group, string version, IReadOnlyList<FakeResource> resources)
    {
        var served = resources.Where(r => r.Group == group && r.Version == version).ToList();
        return served.Count == 0 ? null : FakeResponse.Json(new JsonObject
        {
            ["kind"] = "APIResourceList",
            ["groupVersion"] = served[0].ApiVersion,
            ["resources"] = new JsonArray([.. served.SelectMany(Entries)]),
        });
    }

    private static IEnumerable<JsonObject> Entries(FakeResource resource)
    {
        yield return Entry(resource, resource.Plural, "create", "delete", "get", "list", "patch", "update", "watch");
        if (resource.HasStatus)
            yield return Entry(resource, resource.Plural + "/status", "get", "patch", "update");
    }

    private static JsonObject Entry(FakeResource resource, string name, params string[] verbs) => new()
    {
        ["name"] = name,
        ["singularName"] = string.Empty,
        ["namespaced"] = resource.Namespaced,
        ["kind"] = resource.Kind,
        ["verbs"] = new JsonArray([.. verbs.Select(v => JsonValue.Create(v))]),
    };

    private JsonObject Version()
    {
        var parts = options.GitVersion.TrimStart('v').Split('.');
        return new JsonObject { ["major"] = parts[0], ["minor"] = parts[1], ["gitVersion"] = options.GitVersion, ["platform"] = "fake/fake" };
    }
}
