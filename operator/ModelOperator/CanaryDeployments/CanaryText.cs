using System.Text.Encodings.Web;

namespace ModelOperator.CanaryDeployments;

/// <summary>Bounds texts that come from elsewhere, so that a status stays below 32 KiB whatever they hold.</summary>
public static class CanaryText
{
    /// <summary>Most bytes of a message of a status or a decision, as JSON.</summary>
    public const int Message = 1024;

    /// <summary>Most bytes of a Pod's own words within a message, as JSON.</summary>
    public const int Problem = 512;

    /// <summary>Bytes that the messages of all metrics share, as JSON.</summary>
    public const int AllMetrics = 3200;

    /// <summary>Cuts a text so that its JSON form has at most <paramref name="bytes"/> bytes; a cut text ends in three dots.</summary>
    public static string Cut(string text, int bytes)
    {
        if (Size(text) <= bytes)
            return text;
        var (low, high) = (0, Math.Min(text.Length, bytes));
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = Size(text[..middle]) <= bytes - 3 ? (middle, high) : (low, middle - 1);
        }

        // Half of a surrogate pair is no text.
        if (low > 0 && char.IsHighSurrogate(text[low - 1]))
            low--;
        return text[..low] + "...";
    }

    private static int Size(string text) => JavaScriptEncoder.Default.Encode(text).Length;
}
