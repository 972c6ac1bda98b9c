using System.Text.Json.Nodes;

namespace ModelOperator.Kubernetes.Runtime.Plans;

/// <summary>JSON patches that change one finalizer and nothing else; pure. A patch whose test fails answers 422.</summary>
internal static class FinalizerPatch
{
    /// <summary>Appends; fenced by the object's UID.</summary>
    public static byte[] Add(IKubernetesObject target, string finalizer)
    {
        var patch = new JsonArray(Operation("test", "/metadata/uid", target.Metadata.Uid));
        if (target.Metadata.Finalizers is { Count: > 0 })
        {
            patch.Add((JsonNode)Operation("add", "/metadata/finalizers/-", finalizer));
            return PlanJson.Bytes(patch);
        }

        // "add" would replace a list that somebody made since: the version guards against that.
        patch.Add((JsonNode)Operation("test", "/metadata/resourceVersion", target.Metadata.ResourceVersion));
        patch.Add((JsonNode)new JsonObject { ["op"] = "add", ["path"] = "/metadata/finalizers", ["value"] = new JsonArray(finalizer) });
        return PlanJson.Bytes(patch);
    }

    /// <summary>Removes by position; the test proves that the position still holds the finalizer.</summary>
    public static byte[] Remove(IKubernetesObject target, string finalizer)
    {
        var index = target.Metadata.Finalizers?.IndexOf(finalizer) ?? -1;
        if (index < 0)
            throw new ArgumentException($"{target.Key} has no finalizer {finalizer}", nameof(finalizer));
        return PlanJson.Bytes(new JsonArray(
            Operation("test", "/metadata/uid", target.Metadata.Uid),
            Operation("test", $"/metadata/finalizers/{index}", finalizer),
            new JsonObject { ["op"] = "remove", ["path"] = $"/metadata/finalizers/{index}" }));
    }

    private static JsonObject Operation(string op, string path, string? value) => new() { ["op"] = op, ["path"] = path, ["value"] = value };
}
