using System.Globalization;

namespace ModelOperator.Carbon;

/// <summary>Times in messages: ISO 8601, UTC, whole seconds.</summary>
internal static class Iso
{
    public static string Format(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
