using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ModelOperator.Api;

namespace ModelOperator.Operator.Tests.World;

/// <summary>
/// All that the API server holds of a story, as text that does not depend on when and how often things were tried: UIDs, versions, times,
/// hashes over them and counters of looks are masked.
/// </summary>
internal static partial class EndState
{
    private static readonly (string Path, bool Ours)[] Kinds =
    [
        ($"/apis/{ModelOperatorApi.GroupVersion}/namespaces/{{0}}/trainingruns", true),
        ($"/apis/{ModelOperatorApi.GroupVersion}/namespaces/{{0}}/models", true),
        ($"/apis/{ModelOperatorApi.GroupVersion}/namespaces/{{0}}/modelversions", true),
        ($"/apis/{ModelOperatorApi.GroupVersion}/namespaces/{{0}}/canarydeployments", true),
        ($"/apis/{ModelOperatorApi.GroupVersion}/namespaces/{{0}}/carbonbudgets", true),
        ($"/apis/{ModelOperatorApi.GroupVersion}/clustercarbonbudgets?fieldSelector=metadata.name%3D{{0}}", true),
        ($"/apis/{ModelOperatorApi.GroupVersion}/namespaces/{{0}}/budgetoverrides", true),
        ("/api/v1/namespaces/{0}/pods", false),
        ("/api/v1/namespaces/{0}/secrets", false),
        ("/api/v1/namespaces/{0}/configmaps", false),
        ("/api/v1/namespaces/{0}/services", false),
        ("/api/v1/namespaces/{0}/serviceaccounts", false),
        ("/apis/apps/v1/namespaces/{0}/deployments", false),
        ("/apis/rbac.authorization.k8s.io/v1/namespaces/{0}/roles", false),
        ("/apis/rbac.authorization.k8s.io/v1/namespaces/{0}/rolebindings", false),
    ];

    internal static async Task<string> OfAsync(ToyWorld world)
    {
        var text = new System.Text.StringBuilder();
        foreach (var (path, ours) in Kinds)
        {
            await using var stream = await world.Client.OpenReadAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, path, world.Space), CancellationToken.None);
            var list = await JsonNode.ParseAsync(stream);
            foreach (var item in list!["items"]!.AsArray().OrderBy(static i => (string?)i!["metadata"]!["name"], StringComparer.Ordinal))
                if (ours || IsManaged(item!))
                    text.Append(path.Split('/')[^1]).Append(' ').AppendLine(Masked(item!.AsObject(), world.Space));
        }

        return text.ToString();
    }

    // Pods of Deployments have random names on a real server and say nothing that their Deployment does not.
    private static bool IsManaged(JsonNode item) =>
        (string?)item["metadata"]?["labels"]?[ModelOperatorApi.ManagedByLabel] == ModelOperatorApi.ManagedBy
        && ((string?)item["kind"] != "Pod" && item["spec"]?["containers"] is null || item["metadata"]!["labels"]![ModelOperatorApi.RunLabel] is not null);

    private static string Masked(JsonObject item, string space)
    {
        var metadata = item["metadata"]!.AsObject();
        foreach (var field in (string[])["uid", "resourceVersion", "creationTimestamp", "managedFields", "selfLink"])
            metadata.Remove(field);
        if (metadata["annotations"] is JsonObject annotations && annotations.ContainsKey("modeloperator.io/desired"))
            annotations["modeloperator.io/desired"] = "<digest>";
        if (item["spec"]?["template"] is not null)
            item.Remove("status"); // a Deployment's: its controller's business
        if (item["spec"]?["containers"] is not null && item["status"] is JsonObject pod)
            pod.Remove("conditions"); // a scheduler without nodes and the toy node take turns
        if (item["secrets"] is JsonArray)
            item.Remove("secrets"); // the server's tokens have random names
        if (item["data"] is JsonObject data && item["type"] is not null)
            foreach (var key in data.Select(static d => d.Key).ToList())
                data[key] = "<secret>";
        MaskLooks(item);
        JoinHours(item);
        return Mask(Sorted(item)!.ToJsonString(), space);
    }

    // The order of fields is the order in which they were first written.
    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject fields => new JsonObject(fields.OrderBy(static f => f.Key, StringComparer.Ordinal).Select(static f => KeyValuePair.Create(f.Key, Sorted(f.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Sorted)]),
        null => null,
        _ => node.DeepClone(),
    };

    // How often a metric was looked at depends on how long things took.
    private static void MaskLooks(JsonObject item)
    {
        if (item["status"]?["analysis"]?["metrics"] is not JsonArray metrics)
            return;
        foreach (var row in metrics.Append(item["status"]!["lastDecision"]).OfType<JsonObject>())
            foreach (var field in (string[])["count", "successful", "consecutiveSuccesses", "samples", "stableSamples", "evidence"])
                row.Remove(field);
    }

    // Where the hours turn depends on when it was played; what they hold together does not, and stands in status.energy too.
    private static void JoinHours(JsonObject item)
    {
        if (item["status"]?["energyHours"] is JsonArray hours)
            item["status"]!["energyHours"] = new JsonObject { ["seconds"] = hours.Sum(static hour => (long?)hour!["seconds"] ?? 0) };
    }

    private static string Mask(string text, string space)
    {
        text = Uid().Replace(text, "<uid>");
        text = Time().Replace(text, "<time>");
        text = Revision().Replace(text, "<revision>");
        text = Address().Replace(text, "<address>");
        return text.Replace(space, "<space>", StringComparison.Ordinal);
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Uid();

    [GeneratedRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z")]
    private static partial Regex Time();

    [GeneratedRegex("v1:[0-9a-f]{16}")]
    private static partial Regex Revision();

    [GeneratedRegex("\"clusterIPs?\":(\"[^\"]*\"|\\[[^\\]]*\\])")]
    private static partial Regex Address();
}
