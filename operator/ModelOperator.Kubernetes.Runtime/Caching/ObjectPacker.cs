using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ModelOperator.Kubernetes.Runtime.Caching;

/// <summary>
/// Packs the objects of one cache as their difference from a few of them. The first are the samples, and any that have little in common with those, until
/// there are enough; what comes then is packed with what there is. Thread-safe.
/// </summary>
/// <param name="type">JSON contract of the kind.</param>
internal sealed class ObjectPacker<T>(JsonTypeInfo<T> type)
    where T : class, IKubernetesObject
{
    /// <summary>An object is a sample too if more than one part in this many is left of its text.</summary>
    private const int Likeness = 4;

    private const int MostSamples = 16;

    private readonly Lock gate = new();
    private volatile SampleText sample = SampleText.Empty;
    private int samples;

    /// <summary>Length of the samples.</summary>
    public int SampleBytes => sample.Text.Length;

    /// <summary>An object as a cache keeps it.</summary>
    /// <param name="key">Its key; the caller's, who may share its text.</param>
    /// <param name="entity">Object.</param>
    public PackedObject<T> Pack(NamespacedName key, T entity)
    {
        var identity = PackedIdentity.Of(entity.Metadata);
        var json = JsonSerializer.SerializeToUtf8Bytes(entity, type);
        var known = Known(key, identity);
        var length = known.Length + json.Length;
        var text = ArrayPool<byte>.Shared.Rent(length);
        known.CopyTo(text.AsSpan());
        json.CopyTo(text.AsSpan(known.Length));
        var room = ArrayPool<byte>.Shared.Rent(identity.MostBytes + TextDelta.MostBytes(length));
        var head = 0;
        identity.Write(room, ref head);
        TextDelta.Write(room, ref head, (uint)json.Length);
        var written = TextDelta.Encode(sample, text.AsSpan(0, length), known.Length, room.AsSpan(head));
        if (written > json.Length / Likeness && IsSample(json))
            written = TextDelta.Encode(sample, text.AsSpan(0, length), known.Length, room.AsSpan(head));
        var packed = room.AsSpan(0, head + written).ToArray();
        ArrayPool<byte>.Shared.Return(room);
        ArrayPool<byte>.Shared.Return(text);
        return new(key, packed, this);
    }

    /// <summary>A new copy of a packed object.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="packed">What <see cref="Pack"/> made of it.</param>
    public T Unpack(NamespacedName key, ReadOnlySpan<byte> packed)
    {
        var known = Known(key, PackedIdentity.Read(ref packed));
        var length = known.Length + (int)TextDelta.Read(ref packed);
        var text = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            known.CopyTo(text.AsSpan());
            TextDelta.Decode(sample, packed, text.AsSpan(0, length), known.Length);
            return JsonSerializer.Deserialize(text.AsSpan(known.Length, length - known.Length), type)!;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(text);
        }
    }

    /// <summary>What is at hand of an object without its text, which has all of it, most of it more than once.</summary>
    private static byte[] Known(NamespacedName key, PackedIdentity identity) =>
        Encoding.UTF8.GetBytes($"\"{identity.Owner}\"{identity.Uid}\"{identity.Version}\"{key.Namespace}\"{key.Name}\"");

    private bool IsSample(byte[] json)
    {
        lock (gate)
        {
            // A single large object must not take the room of all others.
            if (samples == MostSamples || json.Length > SampleText.Most / 4 || sample.Text.Length + json.Length > SampleText.Most)
                return false;
            samples++;
            sample = sample.With(json);
            return true;
        }
    }
}
