using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelOperator.CanaryDeployments.Routing;

namespace ModelOperator.CanaryDeployments;

/// <summary>The gateway's route table and its revision.</summary>
/// <param name="Json">Content of routes.json.</param>
/// <param name="Revision">Hash of the content, with its format: <c>v1:&lt;16 hex digits&gt;</c>.</param>
/// <param name="Split">The same, for routers that take no table.</param>
public sealed record RouteTable(string Json, string Revision, RouterSplit Split)
{
    /// <summary>Key in the ConfigMap.</summary>
    public const string Key = "routes.json";

    /// <summary>Builds the table for a status: pure, so the same status always gives the same revision.</summary>
    public static RouteTable Of(V1CanaryDeployment canary, CanaryDeploymentStatus status)
    {
        var name = canary.Metadata.Name!;
        var space = canary.Metadata.NamespaceProperty!;
        var tested = CanaryArms.Of(status);
        var experiment = tested.Count > 0 ? status.Experiment : null;
        var arms = new JsonArray();
        if (status.StableVersion is { } stable)
            arms.Add((JsonNode)Arm(experiment?.Arms[0].Name ?? "stable", stable, name, space, 100 - tested.Sum(arm => arm.Weight)));
        foreach (var arm in tested)
            arms.Add((JsonNode)Arm(arm.Name, arm.Version, name, space, arm.Weight));
        var table = new JsonObject
        {
            ["schema"] = 1,
            ["canary"] = $"{space}/{name}",
            ["arms"] = arms,
            ["sticky"] = Sticky(canary.Spec.Gateway),
        };
        if (experiment is not null)
            AbTestRoutes.Add(table, experiment, status);
        else if (canary.Spec.Strategy?.AbTest is { } test)
            AbTestRoutes.Add(table, test);
        // Only what is asked for is written: a table without routes is the same as before there were any.
        if (status is { CanaryVersion: not null, Weights.MirrorPercentage: { } percentage })
            table["mirror"] = new JsonObject { ["arm"] = "canary", ["percentage"] = percentage };
        if (status is { CanaryVersion: not null, Weights.Headers: { Count: > 0 } headers })
        {
            // A gateway that knows no header routes must refuse the table rather than leave them out.
            table["schema"] = 2;
            table["headers"] = new JsonArray([.. headers.Select(Header)]);
        }

        if (status.Autoscale is { Holding: true } && arms.Count > 0)
        {
            // A gateway that holds nothing must refuse the table rather than fail the requests.
            table["schema"] = 3;
            arms[0]!["holdSeconds"] = canary.Spec.Server?.Autoscale?.HoldSeconds ?? 60;
        }

        var revision = "v1:" + Convert.ToHexStringLower(SHA256.HashData(Utf8(table)))[..16];
        table["revision"] = revision;
        return new(table.ToJsonString(), revision, RouterSplit.Of(status));
    }

    private static JsonObject Arm(string name, string version, string canary, string space, int weight) => new()
    {
        ["name"] = name,
        ["version"] = version,
        ["url"] = $"http://{CanaryNames.Workload(canary, version)}.{space}.svc:8080",
        ["weight"] = weight,
    };

    /// <summary>Only what is asked for is written: a table with a header alone is the same as before there were cookies.</summary>
    private static JsonObject? Sticky(GatewayTemplate? gateway)
    {
        var sticky = new JsonObject();
        if (gateway?.StickyHeader is { } header)
            sticky["header"] = header;
        if (gateway?.StickyCookie is { } cookie)
            sticky["cookie"] = cookie;
        return sticky.Count > 0 ? sticky : null;
    }

    private static JsonObject Header(CanaryHeaderMatch match)
    {
        var route = new JsonObject { ["arm"] = "canary", ["header"] = match.HeaderName };
        route[match.HeaderValue.Exact is null ? "prefix" : "exact"] = match.HeaderValue.Exact ?? match.HeaderValue.Prefix;
        return route;
    }

    private static byte[] Utf8(JsonObject table)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            table.WriteTo(writer);
        return stream.ToArray();
    }
}
