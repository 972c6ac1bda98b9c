using System.Globalization;
using System.Text.RegularExpressions;

namespace ModelOperator.TrainingRuns;

/// <summary>Finds <c>name=value</c> pairs in a log. Pure.</summary>
public static partial class NamedValueLines
{
    /// <summary>Most metrics that are kept.</summary>
    public const int MostMetrics = 256;

    /// <summary>The last finite value of each name, in the order of first sight. Names begin with a letter; a value is a decimal number on its own.</summary>
    public static IReadOnlyList<KeyValuePair<string, double>> Read(string text)
    {
        var order = new List<string>();
        var last = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var match in Pair().EnumerateMatches(text))
        {
            var pair = text.AsSpan(match.Index, match.Length);
            var mark = pair.IndexOf('=');
            if (!double.TryParse(pair[(mark + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value))
                continue;
            var name = pair[..mark].Trim().ToString();
            if (!last.ContainsKey(name))
            {
                if (order.Count == MostMetrics)
                    continue;
                order.Add(name);
            }

            last[name] = value;
        }

        return [.. order.Select(name => KeyValuePair.Create(name, last[name]))];
    }

    [GeneratedRegex(@"(?<![\w.\-/])[A-Za-z][\w.\-]{0,127}[ \t]*=[ \t]*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?(?![\w.\-/:])", RegexOptions.CultureInvariant)]
    private static partial Regex Pair();
}
