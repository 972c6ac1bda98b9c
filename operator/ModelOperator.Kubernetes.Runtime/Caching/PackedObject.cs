using System.Buffers;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ModelOperator.Kubernetes.Runtime.Caching;

/// <summary>
/// An object that is kept as its compressed JSON: an object graph takes two to three times its text, and the text of an object is full of
/// repetitions. Seen of a finished run: 15 KB as objects, 6.5 KB as text, 1.2 KB compressed; 13 us to compress, 7 us back, 35 us to parse.
/// </summary>
internal sealed class PackedObject<T> : CachedObject<T>
    where T : class, IKubernetesObject
{
    /// <summary>The fastest that still finds repetitions.</summary>
    private const int Quality = 1;

    /// <summary>64 KiB, as large as most objects.</summary>
    private const int Window = 16;

    private readonly JsonTypeInfo<T> type;
    private readonly byte[] packed;
    private readonly int length;

    public PackedObject(T entity, JsonTypeInfo<T> type)
    {
        (this.type, Key, Uid, Version) = (type, entity.Key, entity.Metadata.Uid, entity.Metadata.ResourceVersion);
        var text = JsonSerializer.SerializeToUtf8Bytes(entity, type);
        length = text.Length;
        var room = ArrayPool<byte>.Shared.Rent(BrotliEncoder.GetMaxCompressedLength(length));
        packed = BrotliEncoder.TryCompress(text, room, out var written, Quality, Window)
            ? room[..written]
            : throw new InvalidOperationException($"{entity.Kind} {Key} does not fit into the longest result of its compression");
        ArrayPool<byte>.Shared.Return(room);
    }

    public override NamespacedName Key { get; }

    public override string? Uid { get; }

    public override string? Version { get; }

    public override T Read()
    {
        var text = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            if (!BrotliDecoder.TryDecompress(packed, text, out var written) || written != length)
                throw new InvalidDataException($"the packed {typeof(T).Name} {Key} is damaged");
            return JsonSerializer.Deserialize(text.AsSpan(0, length), type)!;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(text);
        }
    }
}
