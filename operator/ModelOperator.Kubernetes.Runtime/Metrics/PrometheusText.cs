using System.Globalization;
using System.Text;

namespace ModelOperator.Kubernetes.Runtime.Metrics;

/// <summary>Spelling rules of Prometheus text format 0.0.4; pure.</summary>
public static class PrometheusText
{
    /// <summary>A valid metric or label name.</summary>
    /// <param name="name">Any name.</param>
    public static string Name(string name)
    {
        var valid = string.Create(name.Length, name, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = char.IsAsciiLetterOrDigit(source[i]) || source[i] is '_' or ':' ? source[i] : '_';
        });
        return valid.Length == 0 || char.IsAsciiDigit(valid[0]) ? "_" + valid : valid;
    }

    /// <summary>Labels sorted by name as <c>a="x",b="y"</c>, without braces; empty when there are none.</summary>
    /// <param name="tags">Tags of a measurement.</param>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
            return "";
        var sorted = tags.ToArray();
        Array.Sort(sorted, static (x, y) => string.CompareOrdinal(x.Key, y.Key));
        var text = new StringBuilder();
        foreach (var (key, value) in sorted)
        {
            if (text.Length > 0)
                text.Append(',');
            text.Append(Name(key)).Append("=\"");
            Escape(text, Convert.ToString(value, CultureInfo.InvariantCulture) ?? "", quotes: true);
            text.Append('"');
        }

        return text.ToString();
    }

    /// <summary>A sample value: shortest exact decimal, <c>+Inf</c>, <c>-Inf</c> or <c>NaN</c>.</summary>
    /// <param name="value">Value.</param>
    public static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    /// <summary>Escapes backslash and line feed, and double quotes in label values.</summary>
    /// <param name="text">Where to write.</param>
    /// <param name="value">Raw text.</param>
    /// <param name="quotes">True in label values, false in HELP.</param>
    public static void Escape(StringBuilder text, string value, bool quotes)
    {
        foreach (var c in value)
        {
            _ = c switch
            {
                '\\' => text.Append(@"\\"),
                '\n' => text.Append(@"\n"),
                '"' when quotes => text.Append("\\\""),
                _ => text.Append(c),
            };
        }
    }
}
