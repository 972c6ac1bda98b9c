using System.Globalization;

namespace ModelOperator.Kubernetes.Runtime.Caching;

/// <summary>A value that an index files objects under. The UID of an owner is kept as its 16 bytes: as text it has 96, and every kind of child has its own.</summary>
internal readonly record struct IndexValue
{
    private readonly Guid guid;

    /// <summary>Null for a UID.</summary>
    private readonly string? text;

    private IndexValue(Guid guid, string? text) => (this.guid, this.text) = (guid, text);

    public static IndexValue Of(string text) => TryUid(text, out var guid) ? new(guid, null) : new(default, text);

    /// <summary>Whether a text is a UID as Kubernetes spells it, so that it can be told from its bytes.</summary>
    public static bool TryUid(string text, out Guid uid)
    {
        Span<char> spelled = stackalloc char[36];
        return Guid.TryParseExact(text, "D", out uid) && uid.TryFormat(spelled, out var length, "D") && text.AsSpan().SequenceEqual(spelled[..length]);
    }

    /// <summary>A UID as Kubernetes spells it.</summary>
    public static string Spell(Guid uid) => uid.ToString("D", CultureInfo.InvariantCulture);

    public override string ToString() => text ?? Spell(guid);
}
