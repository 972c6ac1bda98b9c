using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ModelOperator.Kubernetes;

/// <summary>Decodes one line of a watch: the type first, then the object once, straight into its own class.</summary>
internal static class WatchDecoder
{
    /// <summary>Decodes.</summary>
    /// <exception cref="KubernetesException">The event is an ERROR.</exception>
    /// <exception cref="WatchDecodeException">The line is no event.</exception>
    internal static WatchEvent<T> Decode<T>(in ReadOnlySequence<byte> line, JsonTypeInfo<T> type)
        where T : class, IKubernetesObject
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            return ReadEvent(ref reader, type);
        }
        catch (JsonException e)
        {
            throw new WatchDecodeException($"a line of {line.Length} bytes is not a watch event: {e.Message}", e);
        }
    }

    private static WatchEvent<T> ReadEvent<T>(ref Utf8JsonReader reader, JsonTypeInfo<T> type)
        where T : class, IKubernetesObject
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("expected an object");
        string? kind = null;
        Utf8JsonReader body = default;
        var hasBody = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                kind = reader.GetString();
            }
            else if (reader.ValueTextEquals("object"u8))
            {
                reader.Read();
                if (kind is not null)
                    return Build(kind, ref reader, type);
                body = reader; // the type comes later: remember the place, decode then
                hasBody = true;
                reader.Skip();
            }
            else
            {
                reader.Skip();
            }
        }

        return kind is not null && hasBody ? Build(kind, ref body, type) : throw new JsonException("type or object is missing");
    }

    private static WatchEvent<T> Build<T>(string kind, ref Utf8JsonReader reader, JsonTypeInfo<T> type)
        where T : class, IKubernetesObject => kind switch
        {
            "ADDED" => Object(WatchEventType.Added, ref reader, type),
            "MODIFIED" => Object(WatchEventType.Modified, ref reader, type),
            "DELETED" => Object(WatchEventType.Deleted, ref reader, type),
            "BOOKMARK" => Bookmark<T>(ref reader),
            "ERROR" => throw ErrorReader.FromStatus(Require(JsonSerializer.Deserialize(ref reader, KubernetesJson.Default.V1Status))),
            _ => throw new JsonException($"unknown event type '{kind}'"),
        };

    private static WatchEvent<T> Object<T>(WatchEventType kind, ref Utf8JsonReader reader, JsonTypeInfo<T> type)
        where T : class, IKubernetesObject
    {
        var entity = Require(JsonSerializer.Deserialize(ref reader, type));
        return new WatchEvent<T>(kind, entity, entity.Metadata.ResourceVersion ?? throw new JsonException("resourceVersion is missing"));
    }

    // A bookmark carries metadata only; the kind's own contract may require more.
    private static WatchEvent<T> Bookmark<T>(ref Utf8JsonReader reader)
        where T : class, IKubernetesObject
    {
        var mark = Require(JsonSerializer.Deserialize(ref reader, KubernetesJson.Default.V1PartialObjectMetadata));
        var version = mark.Metadata.ResourceVersion ?? throw new JsonException("resourceVersion of the bookmark is missing");
        return new WatchEvent<T>(WatchEventType.Bookmark, null, version);
    }

    private static TValue Require<TValue>(TValue? value)
        where TValue : class => value ?? throw new JsonException("object is null");
}
