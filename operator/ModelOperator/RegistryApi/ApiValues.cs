using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ModelOperator.RegistryApi;

/// <summary>Which values a parameter takes: judged, told to people, and written as a JSON schema, all from here.</summary>
public sealed record ApiValues
{
    private const int LongestText = 512;

    private ApiValues(string allowed) => Allowed = allowed;

    /// <summary>For people: what is allowed.</summary>
    public string Allowed { get; }

    /// <summary>Any text of up to 512 characters without control characters.</summary>
    public static ApiValues Text { get; } = new("1 to 512 characters without control characters");

    /// <summary>Where a page ended.</summary>
    public static ApiValues Cursor { get; } = new("the member next of an answer to the same question") { Longest = 8192 };

    /// <summary>A point in time.</summary>
    public static ApiValues Time { get; } = new("a time by RFC 3339, for example 2026-01-31T12:00:00Z") { Format = "date-time" };

    /// <summary>Most characters.</summary>
    public int Longest { get; private init; } = LongestText;

    private Regex? Pattern { get; init; }

    private ImmutableArray<string> Words { get; init; } = [];

    private string? Format { get; init; }

    private (int Least, int Most)? Range { get; init; }

    private int Fallback { get; init; }

    /// <summary>Text of a form.</summary>
    /// <param name="pattern">The form, from ^ to $.</param>
    /// <param name="allowed">The form for people.</param>
    public static ApiValues Like(Regex pattern, string allowed) => new(allowed) { Pattern = pattern };

    /// <summary>One of some words.</summary>
    /// <param name="words">The words; where there is a default it is the first.</param>
    public static ApiValues OneOf(params ImmutableArray<string> words) => new("one of " + string.Join(", ", words)) { Words = words };

    /// <summary>A whole number.</summary>
    /// <param name="least">Least.</param>
    /// <param name="most">Most.</param>
    /// <param name="fallback">Where it is not given.</param>
    public static ApiValues Number(int least, int most, int fallback) =>
        new(string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}")) { Range = (least, most), Fallback = fallback };

    /// <summary>Whether a value is allowed.</summary>
    /// <param name="value">Value.</param>
    public bool Accepts(string value)
    {
        if (value.Length == 0 || value.Length > Longest || value.Any(char.IsControl))
            return false;
        if (!Words.IsEmpty)
            return Words.Contains(value);
        if (Range is var (least, most))
            return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most;
        return Format is null ? Pattern?.IsMatch(value) != false : TryTime(value, out _);
    }

    /// <summary>Reads a time.</summary>
    /// <param name="value">By RFC 3339.</param>
    /// <param name="time">The time in UTC.</param>
    public static bool TryTime(string value, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(
            value, ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);

    /// <summary>Writes the members of the schema.</summary>
    /// <param name="json">Inside an object.</param>
    public void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteString("type", Range is null ? "string" : "integer");
        if (Range is null && Words.IsEmpty)
        {
            json.WriteNumber("minLength", 1);
            json.WriteNumber("maxLength", Longest);
        }

        if (Pattern is not null)
            json.WriteString("pattern", Pattern.ToString());
        if (Format is not null)
            json.WriteString("format", Format);
        if (!Words.IsEmpty)
        {
            json.WriteStartArray("enum");
            foreach (var word in Words)
                json.WriteStringValue(word);
            json.WriteEndArray();
        }

        if (Range is var (least, most))
        {
            json.WriteNumber("minimum", least);
            json.WriteNumber("maximum", most);
            json.WriteNumber("default", Fallback);
        }
    }
}
