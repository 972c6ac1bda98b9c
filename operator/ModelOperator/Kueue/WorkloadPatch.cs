using System.Text;
using System.Text.Json.Nodes;

namespace ModelOperator.Kueue;

/// <summary>
/// A JSON patch of single entries of <c>status.admissionChecks</c>. Not server-side apply: Kubernetes 1.20 takes the list for atomic (seen with Kueue's
/// CRDs) and would drop the entries of others. Bound to the version that was seen, so that an answer never meets a Workload that was evicted since: 409. Pure.
/// </summary>
internal static class WorkloadPatch
{
    internal static byte[] Of(Workload seen, IEnumerable<WorkloadCheck> changed)
    {
        var patch = new JsonArray(Operation("replace", "/metadata/resourceVersion", seen.Metadata.ResourceVersion));
        var entries = seen.Status!.AdmissionChecks!.ToList();
        foreach (var entry in changed)
        {
            var index = entries.FindIndex(e => e.Name == entry.Name);
            var at = $"/status/admissionChecks/{index}";
            patch.Add((JsonNode)Operation("add", $"{at}/state", entry.State));
            patch.Add((JsonNode)Operation("add", $"{at}/message", entry.Message));
            patch.Add((JsonNode)Operation("add", $"{at}/lastTransitionTime", entry.LastTransitionTime?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture)));
            if (entry.RequeueAfterSeconds is { } seconds)
                patch.Add((JsonNode)Operation("add", $"{at}/requeueAfterSeconds", seconds));
            else if (entries[index].RequeueAfterSeconds is not null)
                patch.Add((JsonNode)new JsonObject { ["op"] = "remove", ["path"] = $"{at}/requeueAfterSeconds" });
        }

        return Encoding.UTF8.GetBytes(patch.ToJsonString());
    }

    private static JsonObject Operation(string op, string path, JsonNode? value) => new() { ["op"] = op, ["path"] = path, ["value"] = value };
}
