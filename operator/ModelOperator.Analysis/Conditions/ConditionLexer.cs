using System.Collections.Immutable;
using System.Globalization;

namespace ModelOperator.Analysis;

/// <summary>Cuts a condition into words.</summary>
internal static class ConditionLexer
{
    private static readonly ImmutableArray<string> Symbols = ["&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "+", "-", "*", "/", "%", "(", ")", "[", "]", "{", "}", ",", "#"];

    public static ImmutableArray<ConditionToken> Read(string text)
    {
        var tokens = ImmutableArray.CreateBuilder<ConditionToken>();
        for (var at = 0; ;)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
                at++;
            if (at == text.Length)
                break;
            tokens.Add(Next(text, ref at));
        }

        tokens.Add(new(ConditionTokenKind.End, "the end", text.Length + 1));
        return tokens.ToImmutable();
    }

    private static ConditionToken Next(string text, ref int at)
    {
        var column = at + 1;
        var first = text[at];
        if (char.IsAsciiDigit(first) || (first == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])))
            return Number(text, ref at);
        if (char.IsAsciiLetter(first) || first == '_')
        {
            var end = at;
            while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
                end++;
            var word = text[at..end];
            at = end;
            return word switch
            {
                "and" => new(ConditionTokenKind.Symbol, "&&", column),
                "or" => new(ConditionTokenKind.Symbol, "||", column),
                "not" => new(ConditionTokenKind.Symbol, "!", column),
                _ => new(ConditionTokenKind.Name, word, column),
            };
        }

        foreach (var symbol in Symbols)
            if (string.CompareOrdinal(text, at, symbol, 0, symbol.Length) == 0)
            {
                at += symbol.Length;
                return new(ConditionTokenKind.Symbol, symbol, column);
            }

        throw new ConditionSyntaxException(column, first switch
        {
            '=' => "\"=\" compares nothing; write \"==\".",
            '&' or '|' => $"\"{first}\" alone means nothing; write \"{first}{first}\".",
            '"' or '\'' => "text has no place here; values are numbers.",
            _ => $"\"{(char.IsControl(first) || char.IsSurrogate(first) ? "this character" : first.ToString())}\" has no meaning here.",
        });
    }

    private static ConditionToken Number(string text, ref int at)
    {
        var (start, end) = (at, at);
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.'))
            end++;
        if (end < text.Length && text[end] is 'e' or 'E')
        {
            var digits = end + 1 < text.Length && text[end + 1] is '+' or '-' ? end + 2 : end + 1;
            if (digits < text.Length && char.IsAsciiDigit(text[digits]))
                for (end = digits; end < text.Length && char.IsAsciiDigit(text[end]);)
                    end++;
        }

        var word = text[start..end];
        at = end;
        return double.TryParse(word, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? new(ConditionTokenKind.Number, word, start + 1, number)
            : throw new ConditionSyntaxException(start + 1, $"\"{word}\" is not a finite decimal number.");
    }
}
