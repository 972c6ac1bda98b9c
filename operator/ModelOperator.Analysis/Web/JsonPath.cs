using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace ModelOperator.Analysis;

/// <summary>
/// A small, safe part of JSONPath (RFC 9535): <c>$</c>, members <c>.name</c>, <c>['name']</c>, <c>["name"]</c>, elements <c>[0]</c>, <c>[-1]</c>, and all of them
/// <c>[*]</c>, <c>.*</c>. No descendants, slices, filters or functions, so that it ends in time linear in the answer.
/// </summary>
public sealed class JsonPath
{
    /// <summary>Most characters of a path.</summary>
    public const int MaxLength = 512;

    /// <summary>Most segments of a path.</summary>
    public const int MaxSegments = 32;

    private readonly ImmutableArray<Segment> _segments;

    private JsonPath(ImmutableArray<Segment> segments) => _segments = segments;

    /// <summary>Reads a path.</summary>
    /// <param name="text">The path.</param>
    /// <param name="path">The path, or null.</param>
    /// <param name="error">What is wrong, with its column; null with a path.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out JsonPath? path, [NotNullWhen(false)] out string? error)
    {
        var segments = ImmutableArray.CreateBuilder<Segment>();
        (path, error) = (null, text.Length > MaxLength ? $"longer than {MaxLength} characters" : text.StartsWith('$') ? null : "column 1: a path begins with $");
        for (var at = 1; error is null && at < text.Length;)
        {
            var segment = text[at] == '.' ? Member(text, ref at, out error) : Bracket(text, ref at, out error);
            if (segment is { } read)
                segments.Add(read);
            if (segments.Count > MaxSegments)
                error = $"more than {MaxSegments} segments";
        }

        if (error is null)
            path = new(segments.ToImmutable());
        return path is not null;
    }

    /// <summary>What the path leads to, in the order of the document; empty where it leads nowhere.</summary>
    public IReadOnlyList<JsonElement> Select(JsonElement root)
    {
        List<JsonElement> found = [root];
        foreach (var segment in _segments)
            found = [.. found.SelectMany(element => segment.Of(element))];
        return found;
    }

    private static Segment? Member(string text, ref int at, out string? error)
    {
        error = null;
        var start = ++at;
        if (start < text.Length && text[start] == '*')
        {
            at++;
            return new(null, null);
        }

        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '_' or '-'))
            at++;
        if (at > start)
            return new(text[start..at], null);
        error = start < text.Length && text[start] == '.' ? Column(start + 1, "descendants (..) are not read") : Column(start + 1, "a name or * follows the dot; other names stand in ['...']");
        return null;
    }

    private static Segment? Bracket(string text, ref int at, out string? error)
    {
        error = text[at] == '[' ? null : Column(at + 1, "expected . or [");
        var start = at + 1;
        var quote = start < text.Length && text[start] is '\'' or '"' ? text[start] : '\0';
        var end = error is null ? quote == '\0' ? text.IndexOf(']', start) : text.IndexOf(quote + "]", start + 1, StringComparison.Ordinal) : -1;
        if (end < 0)
        {
            error ??= Column(at + 1, "[ is not closed");
            return null;
        }

        var inside = quote == '\0' ? text[start..end] : text[(start + 1)..end];
        at = end + (quote == '\0' ? 1 : 2);
        if (quote != '\0' && !inside.Contains('\\', StringComparison.Ordinal))
            return new(inside, null);
        if (quote == '\0' && inside == "*")
            return new(null, null);
        if (quote == '\0' && int.TryParse(inside, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index))
            return new(null, index);
        error = Column(start + 1, "expected a number, * or a name in quotes without \\");
        return null;
    }

    private static string Column(int column, string what) => string.Create(CultureInfo.InvariantCulture, $"column {column}: {what}");

    /// <summary>One step: a member, an element, or, with neither, all of them.</summary>
    private readonly record struct Segment(string? Name, int? Index)
    {
        public IEnumerable<JsonElement> Of(JsonElement element)
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.Object when Name is not null:
                    return element.TryGetProperty(Name, out var member) ? [member] : [];
                case JsonValueKind.Object when Index is null:
                    return element.EnumerateObject().Select(property => property.Value);
                case JsonValueKind.Array when Index is { } index:
                    var at = index < 0 ? element.GetArrayLength() + index : index;
                    return at >= 0 && at < element.GetArrayLength() ? [element[at]] : [];
                case JsonValueKind.Array when Name is null:
                    return element.EnumerateArray();
                default:
                    return [];
            }
        }
    }
}
