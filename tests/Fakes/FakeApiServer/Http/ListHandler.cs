using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ModelOperator.Fakes;

/// <summary>Lists with limit and continue; a continued list sees the state of its first page.</summary>
internal sealed class ListHandler(FakeStore store)
{
    internal FakeResponse Handle(FakeRequest request, FakeResource resource)
    {
        var token = request.Query.GetValueOrDefault("continue");
        var (snapshot, after) = string.IsNullOrEmpty(token) ? (store.Snapshot(resource), null) : Resume(token);
        var matches = Selectors.Parse(request.Query.GetValueOrDefault("labelSelector"), request.Query.GetValueOrDefault("fieldSelector"));
        var rest = snapshot.Objects.Values
            .Where(o => (after is null || string.CompareOrdinal(o.Key, after) > 0) && (request.Namespace is null || o.Namespace == request.Namespace))
            .Where(matches)
            .ToList();
        var limit = RequestReader.Number(request, "limit") is > 0 and var given ? given : int.MaxValue;
        var page = rest.Count > limit ? rest.GetRange(0, limit) : rest;
        var next = page.Count < rest.Count ? Keep(resource, snapshot, page[^1].Key) : null;
        return new FakeResponse(200, Write(resource, snapshot.Version, page, next, rest.Count - page.Count));
    }

    private ((System.Collections.Immutable.ImmutableSortedDictionary<string, StoredObject> Objects, long Version), string?) Resume(string token)
    {
        var text = Encoding.UTF8.GetString(Convert.FromBase64String(token));
        var split = text.IndexOf('|', StringComparison.Ordinal);
        var snapshot = store.FindSnapshot(text[..split])
            ?? throw new FakeApiException(410, "Expired", "The provided continue parameter is too old to display a consistent list result.");
        return (snapshot, text[(split + 1)..]);
    }

    private string Keep(FakeResource resource, (System.Collections.Immutable.ImmutableSortedDictionary<string, StoredObject> Objects, long Version) snapshot, string last)
    {
        var id = $"{resource.ApiVersion}/{resource.Plural}@{snapshot.Version}";
        store.KeepSnapshot(id, snapshot.Objects, snapshot.Version);
        return Convert.ToBase64String(Encoding.UTF8.GetBytes($"{id}|{last}"));
    }

    private static byte[] Write(FakeResource resource, long version, List<StoredObject> page, string? next, int remaining)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("kind", resource.Kind + "List");
        json.WriteString("apiVersion", resource.ApiVersion);
        json.WriteStartObject("metadata");
        json.WriteString("resourceVersion", version.ToString(CultureInfo.InvariantCulture));
        if (next is not null)
        {
            json.WriteString("continue", next);
            json.WriteNumber("remainingItemCount", remaining);
        }

        json.WriteEndObject();
        json.WriteStartArray("items");
        foreach (var item in page)
            json.WriteRawValue(item.Utf8, skipInputValidation: true);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
