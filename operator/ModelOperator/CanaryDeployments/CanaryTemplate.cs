using System.Globalization;
using System.Text.RegularExpressions;

namespace ModelOperator.CanaryDeployments;

/// <summary>Texts with placeholders.</summary>
internal static partial class CanaryTemplate
{
    /// <summary>Placeholders of PromQL.</summary>
    public static readonly string[] PromQl = ["{{version}}", "{{canary}}", "{{namespace}}", "{{window}}"];

    /// <summary>Placeholder of type Auc: 0 or 1.</summary>
    public const string Label = "{{label}}";

    /// <summary>Placeholders of a request, whose server knows of no time that it is evaluated at.</summary>
    public static readonly string[] Web = [.. PromQl, "{{start}}", "{{end}}"];

    /// <summary>Fills a template.</summary>
    public static string Fill(string template, string space, string canary, string version, CanaryWindow window) => template
        .Replace("{{version}}", version, StringComparison.Ordinal)
        .Replace("{{canary}}", canary, StringComparison.Ordinal)
        .Replace("{{namespace}}", space, StringComparison.Ordinal)
        .Replace("{{window}}", string.Create(CultureInfo.InvariantCulture, $"{window.Length.TotalSeconds}s"), StringComparison.Ordinal)
        .Replace("{{start}}", Unix(window.Start), StringComparison.Ordinal)
        .Replace("{{end}}", Unix(window.End), StringComparison.Ordinal);

    /// <summary>What is wrong with a template's placeholders, each with its column.</summary>
    public static IEnumerable<string> Problems(string template, string[] allowed)
    {
        var end = 0;
        foreach (Match match in Placeholder().Matches(template))
        {
            if (Unclosed(template[end..match.Index], end) is { } before)
                yield return before;
            if (!allowed.Contains(match.Value))
                yield return string.Create(CultureInfo.InvariantCulture, $"column {match.Index + 1}: unknown placeholder {match.Value}; allowed: {string.Join(", ", allowed)}.");
            end = match.Index + match.Length;
        }

        if (Unclosed(template[end..], end) is { } after)
            yield return after;
    }

    private static string? Unclosed(string text, int from) => text.IndexOf("{{", StringComparison.Ordinal) is >= 0 and var at
        ? string.Create(CultureInfo.InvariantCulture, $"column {from + at + 1}: {{{{ is not closed by }}}}.")
        : null;

    private static string Unix(DateTimeOffset time) => time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\{\{\s*([^{}]*?)\s*\}\}")]
    private static partial Regex Placeholder();
}
