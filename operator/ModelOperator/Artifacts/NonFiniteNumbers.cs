namespace ModelOperator.Artifacts;

/// <summary>
/// Python writes NaN, Infinity and -Infinity as bare words, which JSON does not know. Quoting them lets the reader say which
/// field holds one instead of pointing at a byte.
/// </summary>
internal static class NonFiniteNumbers
{
    private static readonly string[] Names = ["NaN", "-Infinity", "Infinity"];

    /// <summary>True for one of the three words.</summary>
    public static bool IsName(string? text) => text is not null && Names.Contains(text, StringComparer.Ordinal);

    /// <summary>The same document with the bare words quoted.</summary>
    public static byte[] Quote(ReadOnlySpan<byte> json)
    {
        var quoted = new List<byte>(json.Length + 16);
        var inText = false;
        for (var i = 0; i < json.Length; i++)
        {
            if (!inText && NameAt(json[i..]) is { } name)
            {
                quoted.Add((byte)'"');
                quoted.AddRange(name.Select(static c => (byte)c));
                quoted.Add((byte)'"');
                i += name.Length - 1;
                continue;
            }
            if (inText && json[i] == (byte)'\\' && i + 1 < json.Length)
                quoted.Add(json[i++]);
            else if (json[i] == (byte)'"')
                inText = !inText;
            quoted.Add(json[i]);
        }
        return [.. quoted];
    }

    private static string? NameAt(ReadOnlySpan<byte> json)
    {
        foreach (var name in Names)
        {
            if (json.Length >= name.Length && System.Text.Ascii.Equals(json[..name.Length], name))
                return name;
        }
        return null;
    }
}
