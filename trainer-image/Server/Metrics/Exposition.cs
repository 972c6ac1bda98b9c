using System.Globalization;
using System.Text;

namespace ModelOperator.Server.Metrics;

/// <summary>Writes Prometheus' text format 0.0.4. What several versions say of one family stands together, whoever says it when.</summary>
internal sealed class Exposition
{
    internal const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly OrderedDictionary<string, StringBuilder> _families = new(StringComparer.Ordinal);
    private StringBuilder _text = new();

    /// <summary>Samples are of this family from here on.</summary>
    internal Exposition Family(string name, string type, string help)
    {
        if (_families.TryGetValue(name, out var family))
        {
            _text = family;
            return this;
        }

        _families.Add(name, _text = new StringBuilder());
        _text.Append("# HELP ").Append(name).Append(' ').Append(Escape(help, quotes: false)).Append('\n');
        _text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        return this;
    }

    internal Exposition Sample(string name, double value, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        _text.Append(name);
        for (var i = 0; i < labels.Length; i++)
            _text.Append(i == 0 ? '{' : ',').Append(labels[i].Name).Append("=\"").Append(Escape(labels[i].Value, quotes: true)).Append('"');
        if (labels.Length > 0)
            _text.Append('}');
        _text.Append(' ').Append(Number(value)).Append('\n');
        return this;
    }

    public override string ToString() => string.Concat(_families.Values);

    internal static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static string Escape(string text, bool quotes)
    {
        text = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? text.Replace("\"", "\\\"", StringComparison.Ordinal) : text;
    }
}
