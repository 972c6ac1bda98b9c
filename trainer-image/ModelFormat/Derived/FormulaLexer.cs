using System.Globalization;

namespace ModelOperator.ModelFormat.Derived;

/// <summary>Cuts a formula into words, one at a time.</summary>
internal sealed class FormulaLexer
{
    private const string Symbols = "+-*/(),<>=";

    private readonly string _text;
    private int _at;

    internal FormulaLexer(string text)
    {
        _text = text;
        Next();
    }

    /// <summary>What is not read yet, from the current word on.</summary>
    internal string Rest => _text[(Position - 1)..].TrimEnd();

    /// <summary>What the current word is.</summary>
    internal FormulaWord Kind { get; private set; }

    /// <summary>The current word: a symbol, or a name without its quotes.</summary>
    internal string Word { get; private set; } = "";

    /// <summary>Of a number.</summary>
    internal double Number { get; private set; }

    /// <summary>Where the current word begins, from 1.</summary>
    internal int Position { get; private set; }

    /// <summary>The current word for people.</summary>
    internal string Shown => Kind == FormulaWord.End ? "the end" : $"'{_text[(Position - 1).._at]}'";

    internal FormulaException Wrong(int position, string problem) => new(_text, position, problem);

    /// <summary>Whether the current word is this symbol; if so, goes on to the next.</summary>
    internal bool Take(string symbol)
    {
        if (Kind != FormulaWord.Symbol || Word != symbol)
            return false;
        Next();
        return true;
    }

    /// <summary>Goes on to the next word.</summary>
    internal void Next()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
            _at++;
        Position = _at + 1;
        if (_at == _text.Length)
            (Kind, Word) = (FormulaWord.End, "");
        else if (char.IsAsciiDigit(_text[_at]) || _text[_at] == '.')
            ReadNumber();
        else if (char.IsLetter(_text[_at]) || _text[_at] == '_')
            ReadName();
        else if (_text[_at] == '`')
            ReadQuoted();
        else
            ReadSymbol();
    }

    private void ReadNumber()
    {
        var start = _at;
        Digits();
        if (_at < _text.Length && _text[_at] is 'e' or 'E')
        {
            var sign = _at + 1 < _text.Length && _text[_at + 1] is '+' or '-' ? 1 : 0;
            if (_at + 1 + sign < _text.Length && char.IsAsciiDigit(_text[_at + 1 + sign]))
            {
                _at += 1 + sign;
                Digits();
            }
        }

        (Kind, Word) = (FormulaWord.Number, _text[start.._at]);
        Number = double.TryParse(Word, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : throw Wrong(Position, $"'{Word}' is no finite decimal number");
    }

    private void Digits()
    {
        while (_at < _text.Length && (char.IsAsciiDigit(_text[_at]) || _text[_at] == '.'))
            _at++;
    }

    private void ReadName()
    {
        var start = _at;
        while (_at < _text.Length && (char.IsLetterOrDigit(_text[_at]) || _text[_at] == '_'))
            _at++;
        (Kind, Word) = (FormulaWord.Name, _text[start.._at]);
    }

    private void ReadQuoted()
    {
        var end = _text.IndexOf('`', _at + 1);
        if (end <= _at + 1)
            throw Wrong(Position, end < 0 ? "the backquote is never closed" : "a column's name is empty");
        (Kind, Word, _at) = (FormulaWord.Quoted, _text[(_at + 1)..end], end + 1);
    }

    private void ReadSymbol()
    {
        var first = _text[_at];
        var second = _at + 1 < _text.Length ? _text[_at + 1] : '\0';
        var length = second == '=' && "<>=!".Contains(first, StringComparison.Ordinal) ? 2 : Symbols.Contains(first, StringComparison.Ordinal) ? 1 : 0;
        if (length == 0)
            throw Wrong(Position, first switch
            {
                '^' => "'^' has no meaning; write pow(a, b)",
                _ when char.IsControl(first) || char.IsSurrogate(first) => "this character has no meaning; a column's name with other than letters, digits and '_' stands in backquotes",
                _ => $"'{first}' has no meaning; a column's name with other than letters, digits and '_' stands in backquotes",
            });
        (Kind, Word) = (FormulaWord.Symbol, _text.Substring(_at, length));
        _at += length;
    }
}
