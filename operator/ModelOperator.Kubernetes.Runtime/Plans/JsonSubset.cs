using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelOperator.Kubernetes.Runtime.Plans;

/// <summary>Comparison of wanted fields with an object as the server holds it; pure.</summary>
public static class JsonSubset
{
    /// <summary>
    /// Whether every wanted field is there with the wanted value. Fields that only the server has (defaults, status, other managers)
    /// do not matter. Lists must have the same length and order, except owner references and finalizers, to which others add.
    /// A wanted null, empty text, empty list or empty object is also met by absence: the server does not store those.
    /// </summary>
    /// <param name="wanted">Wanted fields.</param>
    /// <param name="actual">The server's object.</param>
    public static bool Holds(JsonNode? wanted, JsonNode? actual) => (wanted, actual) switch
    {
        (null, _) => true,
        (_, null) => IsEmpty(wanted),
        (JsonObject w, JsonObject a) => w.All(field => HoldsField(field.Key, field.Value, a[field.Key])),
        (JsonArray w, JsonArray a) => w.Count == a.Count && w.Zip(a).All(static pair => Holds(pair.First, pair.Second)),
        _ => JsonNode.DeepEquals(wanted, actual),
    };

    private static bool HoldsField(string name, JsonNode? wanted, JsonNode? actual) =>
        name is "ownerReferences" or "finalizers" && wanted is JsonArray w && actual is JsonArray a
            ? w.All(item => a.Any(other => Holds(item, other)))
            : Holds(wanted, actual);

    private static bool IsEmpty(JsonNode wanted) => wanted switch
    {
        JsonArray array => array.Count == 0,
        JsonObject fields => fields.All(static field => field.Value is null || IsEmpty(field.Value)),
        JsonValue value => value.GetValueKind() == JsonValueKind.String && value.GetValue<string>().Length == 0,
        _ => false,
    };
}
