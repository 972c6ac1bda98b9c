using System.Globalization;
using ModelOperator.Trainer.Parameters;

namespace ModelOperator.Trainer.Data;

/// <summary>Rows to keep: all conditions must hold, for example <c>cut!=Fair; carat&lt;2</c>.</summary>
public sealed record RowFilter(string Text, IReadOnlyList<RowCondition> Conditions)
{
    private const string Grammar = "conditions separated by ';', each COLUMN, then one of = != < <= > >=, then a value (a number for the last four)";

    /// <summary>Keeps all rows.</summary>
    public static RowFilter None { get; } = new("", []);

    /// <exception cref="TrainerException">The text is no filter.</exception>
    public static RowFilter Parse(string? text)
    {
        var conditions = ParseAll("rowFilter", text);
        return conditions.Count > 0 ? new RowFilter(text!, conditions) : None;
    }

    /// <summary>Reads the conditions that a parameter has.</summary>
    /// <exception cref="TrainerException">The text is none.</exception>
    internal static IReadOnlyList<RowCondition> ParseAll(string parameter, string? text) =>
        [.. (text ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(part => Condition(part) ?? throw ParameterBag.Malformed(parameter, text!, Grammar))];

    private static RowCondition? Condition(string text)
    {
        var at = text.AsSpan().IndexOfAny("!<>=");
        if (at <= 0)
            return null;
        var length = at + 1 < text.Length && text[at + 1] == '=' && text[at] != '=' ? 2 : 1;
        var condition = new RowCondition(text[..at].Trim(), text.Substring(at, length), text[(at + length)..].Trim());
        var ordered = condition.Operator[0] is '<' or '>';
        return condition is { Operator: "!" } or { Value: "" } || (ordered && !IsNumber(condition.Value)) ? null : condition;
    }

    private static bool IsNumber(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number);
}
