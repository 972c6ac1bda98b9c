using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace ModelOperator.Kubernetes.Runtime.Caching;

/// <summary>
/// Identity and version of a packed object, and its owner's identity, as bytes: as text they would cost more than all else that tells the object from others of its kind.
/// What is not spelled as Kubernetes spells it is kept as it is.
/// </summary>
/// <param name="Uid">UID, or null.</param>
/// <param name="Version">Version, or null.</param>
/// <param name="Owner">UID of the first owner where it has the usual form, else null; the object's text has it anyway.</param>
internal readonly record struct PackedIdentity(string? Uid, string? Version, string? Owner)
{
    private const int GuidBytes = 16;
    private const byte UidIsGuid = 1, UidIsText = 2, VersionIsNumber = 4, VersionIsText = 8, OwnerIsGuid = 16;

    /// <summary>Most bytes that it takes.</summary>
    public int MostBytes => 64 + (3 * ((Uid?.Length ?? 0) + (Version?.Length ?? 0)));

    /// <summary>Identity of an object.</summary>
    public static PackedIdentity Of(V1ObjectMeta metadata) =>
        new(metadata.Uid, metadata.ResourceVersion, metadata.OwnerReferences is [{ Uid: { } owner }, ..] && IndexValue.TryUid(owner, out _) ? owner : null);

    /// <summary>Writes it.</summary>
    public void Write(Span<byte> room, ref int written)
    {
        var flags = written++;
        room[flags] = 0;
        if (Uid is not null)
            room[flags] |= WriteGuid(Uid, room, ref written) ? UidIsGuid : WriteText(Uid, UidIsText, room, ref written);
        if (Version is not null)
            room[flags] |= WriteNumber(Version, room, ref written) ? VersionIsNumber : WriteText(Version, VersionIsText, room, ref written);
        if (Owner is not null && WriteGuid(Owner, room, ref written))
            room[flags] |= OwnerIsGuid;
    }

    /// <summary>Reads it and goes on behind it.</summary>
    public static PackedIdentity Read(ref ReadOnlySpan<byte> packed)
    {
        var flags = packed[0];
        packed = packed[1..];
        var uid = (flags & UidIsGuid) != 0 ? ReadGuid(ref packed) : (flags & UidIsText) != 0 ? ReadText(ref packed) : null;
        var version = (flags & VersionIsNumber) != 0 ? ReadNumber(ref packed) : (flags & VersionIsText) != 0 ? ReadText(ref packed) : null;
        return new(uid, version, (flags & OwnerIsGuid) != 0 ? ReadGuid(ref packed) : null);
    }

    private static bool WriteGuid(string text, Span<byte> room, ref int written)
    {
        if (!IndexValue.TryUid(text, out var guid))
            return false;
        guid.TryWriteBytes(room[written..]);
        written += GuidBytes;
        return true;
    }

    private static string ReadGuid(ref ReadOnlySpan<byte> packed)
    {
        var guid = new Guid(packed[..GuidBytes]);
        packed = packed[GuidBytes..];
        return IndexValue.Spell(guid);
    }

    private static bool WriteNumber(string text, Span<byte> room, ref int written)
    {
        if (!ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number.ToString(CultureInfo.InvariantCulture) != text)
            return false;
        BinaryPrimitives.WriteUInt64LittleEndian(room[written..], number);
        written += sizeof(ulong);
        return true;
    }

    private static string ReadNumber(ref ReadOnlySpan<byte> packed)
    {
        var number = BinaryPrimitives.ReadUInt64LittleEndian(packed);
        packed = packed[sizeof(ulong)..];
        return number.ToString(CultureInfo.InvariantCulture);
    }

    private static byte WriteText(string text, byte flag, Span<byte> room, ref int written)
    {
        TextDelta.Write(room, ref written, (uint)Encoding.UTF8.GetByteCount(text));
        written += Encoding.UTF8.GetBytes(text, room[written..]);
        return flag;
    }

    private static string ReadText(ref ReadOnlySpan<byte> packed)
    {
        var length = (int)TextDelta.Read(ref packed);
        var text = Encoding.UTF8.GetString(packed[..length]);
        packed = packed[length..];
        return text;
    }
}
