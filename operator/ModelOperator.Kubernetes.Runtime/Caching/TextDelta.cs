using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;

namespace ModelOperator.Kubernetes.Runtime.Caching;

/// <summary>
/// A text as what a sample does not have: copies from the sample or from the text itself, and the bytes in between. A general compressor has no window
/// before the text, and says of each of ten thousand objects of a kind anew what all have in common. Pure.
/// </summary>
/// <remarks>
/// Repeated until the text is whole: count of bytes, the bytes, then, if any text is left, count of copied bytes (less <see cref="Least"/>) and where from: even, twice the
/// zigzag distance from where the last copy of the sample would go on; odd, twice the distance back in the text, and one. All counts are base 128, low bits first.
/// The text begins with a part that both sides know.
/// </remarks>
internal static class TextDelta
{
    private const int Least = 4;

    /// <summary>A copy must be longer by this than what says where from, or bytes are shorter.</summary>
    private const int Overhead = 3;

    /// <summary>So long a copy is taken without a look for a longer one.</summary>
    private const int Enough = 64;

    /// <summary>Places of the sample that are tried.</summary>
    private const int Tries = 12;

    private const int OwnBits = 11;

    /// <summary>Most bytes that <see cref="Encode"/> needs for a text.</summary>
    public static int MostBytes(int length) => length + (length / 64) + 16;

    /// <summary>Writes what the sample lacks.</summary>
    /// <param name="sample">Sample.</param>
    /// <param name="text">Text, the known part first.</param>
    /// <param name="known">Bytes of the known part.</param>
    /// <param name="room">Takes the result; <see cref="MostBytes"/> of the text.</param>
    /// <returns>Bytes written.</returns>
    public static int Encode(SampleText sample, ReadOnlySpan<byte> text, int known, Span<byte> room)
    {
        var own = ArrayPool<int>.Shared.Rent(1 << OwnBits);
        own.AsSpan(0, 1 << OwnBits).Fill(-1);
        var (written, literal, filed, at, diagonal) = (0, known, 0, known, -known);
        while (at + Least <= text.Length)
        {
            // Only what was no copy is worth finding again; the rest is found where it was copied from.
            for (; filed < at; filed++)
                own[Slot(text[filed..])] = filed;
            var (length, source) = Longest(sample, text, at, diagonal, own);
            if (length == 0)
            {
                at++;
                continue;
            }

            Write(room, ref written, (uint)(at - literal));
            text[literal..at].CopyTo(room[written..]);
            written += at - literal;
            Write(room, ref written, (uint)(length - Least));
            Write(room, ref written, source);
            if ((source & 1) == 0)
                diagonal += Signed(source >> 1);
            at += length;
            literal = at;
            filed = Math.Max(filed, at - Least + 1);
        }

        if (literal < text.Length)
        {
            Write(room, ref written, (uint)(text.Length - literal));
            text[literal..].CopyTo(room[written..]);
            written += text.Length - literal;
        }

        ArrayPool<int>.Shared.Return(own);
        return written;
    }

    /// <summary>Writes the text.</summary>
    /// <param name="sample">The sample that the text was encoded with, or one that begins with it.</param>
    /// <param name="packed">Result of <see cref="Encode"/>.</param>
    /// <param name="text">Takes the text; has its length, and begins with the known part.</param>
    /// <param name="known">Bytes of the known part.</param>
    public static void Decode(SampleText sample, ReadOnlySpan<byte> packed, Span<byte> text, int known)
    {
        var (at, diagonal) = (known, -known);
        while (at < text.Length)
        {
            var literal = (int)Read(ref packed);
            packed[..literal].CopyTo(text[at..]);
            packed = packed[literal..];
            at += literal;
            if (at == text.Length)
                return;
            var length = (int)Read(ref packed) + Least;
            var source = Read(ref packed);
            var copy = text.Slice(at, length);
            if ((source & 1) == 0)
            {
                diagonal += Signed(source >> 1);
                sample.Text.Slice(at + diagonal, length).CopyTo(copy);
            }
            else
            {
                var distance = (int)(source >> 1);
                // A copy that reaches into itself repeats its beginning.
                for (var done = 0; done < length; done += distance)
                    text.Slice(at - distance, Math.Min(distance, length - done)).CopyTo(copy[done..]);
            }

            at += length;
        }
    }

    /// <summary>Writes a count.</summary>
    public static void Write(Span<byte> room, ref int written, uint value)
    {
        for (; value >= 0x80; value >>= 7)
            room[written++] = (byte)(value | 0x80);
        room[written++] = (byte)value;
    }

    /// <summary>Reads a count and goes on behind it.</summary>
    public static uint Read(ref ReadOnlySpan<byte> packed)
    {
        var (value, at) = (0u, 0);
        for (; packed[at] >= 0x80; at++)
            value |= (packed[at] & 0x7Fu) << (7 * at);
        value |= (uint)packed[at] << (7 * at);
        packed = packed[(at + 1)..];
        return value;
    }

    /// <summary>The copy that saves most; of length 0 where none does.</summary>
    private static (int Length, uint Source) Longest(SampleText sample, ReadOnlySpan<byte> text, int at, int diagonal, int[] own)
    {
        var rest = text[at..];
        var shared = sample.Text;
        var (length, source, gain) = (0, 0u, Overhead - 1);
        var straight = at + diagonal;
        if (straight >= 0 && straight < shared.Length)
            Try(rest.CommonPrefixLength(shared[straight..]), 0, ref length, ref source, ref gain);
        if (length >= Enough)
            return (length, source);
        var place = own[Slot(rest)];
        if (place >= 0)
            Try(rest.CommonPrefixLength(text[place..]), ((uint)(at - place) << 1) | 1, ref length, ref source, ref gain);
        place = sample.Last(rest);
        for (var tries = Tries; place >= 0 && tries > 0; tries--)
        {
            Try(rest.CommonPrefixLength(shared[place..]), Zigzag(place - straight) << 1, ref length, ref source, ref gain);
            place = sample.Before(place);
        }

        return (length, source);
    }

    private static void Try(int length, uint source, ref int best, ref uint bestSource, ref int bestGain)
    {
        var gain = length - Bytes(source);
        if (gain > bestGain)
            (best, bestSource, bestGain) = (length, source, gain);
    }

    private static int Bytes(uint value) => (BitOperations.Log2(value | 1) / 7) + 1;

    private static uint Zigzag(int value) => (uint)((value << 1) ^ (value >> 31));

    private static int Signed(uint value) => (int)(value >> 1) ^ -(int)(value & 1);

    private static int Slot(ReadOnlySpan<byte> four) => (int)((BinaryPrimitives.ReadUInt32LittleEndian(four) * 2654435761u) >> (32 - OwnBits));
}
