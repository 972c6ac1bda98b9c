using System.Buffers.Binary;

namespace ModelOperator.Kubernetes.Runtime.Caching;

/// <summary>
/// Texts of a few objects, one after the other, that others of their kind are compared with, and where each of their parts stands. Immutable; a longer one
/// begins with the same text, so that what was packed with the shorter one is unpacked with it too.
/// </summary>
internal sealed class SampleText
{
    /// <summary>Most bytes: a place fits into 16 bits, one value of which stands for none.</summary>
    public const int Most = ushort.MaxValue - 1;

    private const ushort None = ushort.MaxValue;

    private readonly byte[] text;
    private readonly ushort[] last;
    private readonly ushort[] before;
    private readonly int shift;

    private SampleText(byte[] text)
    {
        this.text = text;
        var bits = Math.Clamp(32 - int.LeadingZeroCount(text.Length), 4, 14);
        shift = 32 - bits;
        last = new ushort[1 << bits];
        before = new ushort[text.Length];
        Array.Fill(last, None);
        for (var at = 0; at + sizeof(uint) <= text.Length; at++)
        {
            ref var head = ref last[Slot(text.AsSpan(at))];
            before[at] = head;
            head = (ushort)at;
        }
    }

    public static SampleText Empty { get; } = new([]);

    public ReadOnlySpan<byte> Text => text;

    /// <summary>This text and another one after it.</summary>
    public SampleText With(ReadOnlySpan<byte> further) => new([.. text, .. further]);

    /// <summary>The last place where four bytes may stand; -1 for none.</summary>
    public int Last(ReadOnlySpan<byte> four) => Place(last[Slot(four)]);

    /// <summary>The place before another one where the same four bytes may stand; -1 for none.</summary>
    public int Before(int place) => Place(before[place]);

    private static int Place(ushort place) => place == None ? -1 : place;

    private int Slot(ReadOnlySpan<byte> four) => (int)((BinaryPrimitives.ReadUInt32LittleEndian(four) * 2654435761u) >> shift);
}
