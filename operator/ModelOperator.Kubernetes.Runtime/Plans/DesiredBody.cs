using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelOperator.Kubernetes.Runtime.Plans;

/// <summary>The body that is sent for a wanted object; pure.</summary>
internal static class DesiredBody
{
    private static readonly string[] ServersOwn = ["uid", "resourceVersion", "generation", "creationTimestamp", "managedFields"];

    /// <summary>The wanted fields without what belongs to the server, with the owner's reference when owned.</summary>
    public static JsonObject Of<T>(EnsureIntent<T> intent, IKubernetesObject owner)
        where T : class, IKubernetesObject
    {
        var body = PlanJson.Object(intent.Desired, intent.Descriptor.Type);
        body.Remove("status");
        body["apiVersion"] = intent.Descriptor.ApiVersion;
        body["kind"] = intent.Descriptor.Kind;
        var metadata = Child(body, "metadata");
        foreach (var field in ServersOwn)
            metadata.Remove(field);
        if (intent.Owned)
            metadata["ownerReferences"] = new JsonArray(PlanJson.OwnerReference(owner.ToControllerReference()));
        return body;
    }

    /// <summary>Annotates the body with a digest of itself.</summary>
    public static void Mark(JsonObject body, string annotation) => Child(Child(body, "metadata"), "annotations")[annotation] = Digest(body);

    /// <summary>First 64 bits of the SHA-256 of the JSON text.</summary>
    public static string Digest(JsonObject body) => Digest(PlanJson.Bytes(body));

    /// <summary>A digest of all that the body is made from, without making it.</summary>
    public static string Wish<T>(EnsureIntent<T> intent, IKubernetesObject owner)
        where T : class, IKubernetesObject =>
        Digest([.. JsonSerializer.SerializeToUtf8Bytes(intent.Desired, intent.Descriptor.Type), .. Encoding.UTF8.GetBytes(intent.Owned ? owner.Metadata.Uid ?? "" : "")]);

    private static string Digest(byte[] text) => Convert.ToHexStringLower(SHA256.HashData(text).AsSpan(0, 8));

    private static JsonObject Child(JsonObject parent, string name)
    {
        if (parent[name] is JsonObject child)
            return child;
        var made = new JsonObject();
        parent[name] = made;
        return made;
    }
}
