using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelOperator.Fakes;

/// <summary>One immutable state of an object, serialised once.</summary>
internal sealed class StoredObject
{
    internal StoredObject(
        FakeResource resource, JsonObject json, long version, ImmutableDictionary<ManagerKey, ImmutableHashSet<string>> owners)
    {
        Resource = resource;
        Version = version;
        Owners = owners;
        var metadata = json["metadata"]!.AsObject();
        Name = (string)metadata["name"]!;
        Namespace = (string?)metadata["namespace"];
        Uid = (string)metadata["uid"]!;
        Labels = metadata["labels"] is JsonObject labels
            ? labels.ToDictionary(p => p.Key, p => (string?)p.Value ?? string.Empty)
            : ImmutableDictionary<string, string>.Empty;
        OwnerUids = metadata["ownerReferences"] is JsonArray { Count: > 0 } refs ? [.. refs.Select(r => (string)r!["uid"]!)] : [];
        IsDeleting = metadata["deletionTimestamp"] is not null;
        HasFinalizers = metadata["finalizers"] is JsonArray { Count: > 0 };
        Utf8 = JsonSerializer.SerializeToUtf8Bytes(json);
    }

    internal FakeResource Resource { get; }

    internal string Name { get; }

    internal string? Namespace { get; }

    internal string Uid { get; }

    internal long Version { get; }

    internal IReadOnlyDictionary<string, string> Labels { get; }

    internal IReadOnlyList<string> OwnerUids { get; }

    internal bool IsDeleting { get; }

    internal bool HasFinalizers { get; }

    internal ImmutableDictionary<ManagerKey, ImmutableHashSet<string>> Owners { get; }

    internal byte[] Utf8 { get; }

    internal string Key => KeyOf(Namespace, Name);

    internal static string KeyOf(string? namespaceName, string name) => $"{namespaceName}/{name}";

    internal JsonObject ToJson() => JsonNode.Parse(Utf8)!.AsObject();
}
