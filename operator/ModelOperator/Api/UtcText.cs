using System.Globalization;

namespace ModelOperator.Api;

/// <summary>Times for people and for other services.</summary>
public static class UtcText
{
    /// <summary>The time in UTC to the second, by RFC 3339.</summary>
    public static string Of(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
