using System.Text;

namespace ModelOperator.Artifacts;

/// <summary>The rule for paths inside an artifact: what any client may unpack below a folder without leaving it.</summary>
public static class ManifestPath
{
    /// <summary>Longest path, in UTF-8 bytes.</summary>
    public const int MaxBytes = 1024;

    /// <summary>Longest name of one file or folder, in UTF-8 bytes (the limit of common file systems).</summary>
    public const int MaxSegmentBytes = 255;

    /// <summary>Says why a path is refused, or null when it is fine.</summary>
    public static string? Refusal(string path)
    {
        if (path.Length == 0)
            return "the path is empty";
        if (path[0] == '/')
            return $"the path '{Shown(path)}' is absolute";
        foreach (var c in path)
        {
            if (char.IsControl(c))
                return $"the path '{Shown(path)}' has a control character";
            if (c == '\\')
                return $"the path '{Shown(path)}' has a backslash";
            if (c == '\uFFFD')
                return $"the path '{Shown(path)}' is not valid UTF-8";
        }
        if (!IsWellFormed(path))
            return $"the path '{Shown(path)}' is not valid Unicode";
        if (Encoding.UTF8.GetByteCount(path) > MaxBytes)
            return $"the path '{Shown(path)}' is longer than {MaxBytes} bytes";
        return RefusedSegment(path);
    }

    /// <summary>Orders paths by their UTF-8 bytes, as <c>LC_ALL=C sort</c> and Python's <c>sorted</c> do.</summary>
    public static int Compare(string left, string right) =>
        Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right));

    private static string? RefusedSegment(string path)
    {
        foreach (var segment in path.Split('/'))
        {
            if (segment.Length == 0)
                return $"the path '{Shown(path)}' has an empty segment";
            if (segment is "." or "..")
                return $"the path '{Shown(path)}' has the segment '{segment}'";
            if (Encoding.UTF8.GetByteCount(segment) > MaxSegmentBytes)
                return $"the path '{Shown(path)}' has a name longer than {MaxSegmentBytes} bytes";
        }
        return null;
    }

    private static bool IsWellFormed(string path)
    {
        for (var i = 0; i < path.Length; i++)
        {
            if (!char.IsSurrogate(path[i]))
                continue;
            if (!char.IsHighSurrogate(path[i]) || i + 1 >= path.Length || !char.IsLowSurrogate(path[i + 1]))
                return false;
            i++;
        }
        return true;
    }

    private static string Shown(string path)
    {
        var cut = path.Length <= 120 ? path : path[..120] + "…";
        return string.Concat(cut.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
    }
}
