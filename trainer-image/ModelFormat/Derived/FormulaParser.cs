using System.Collections.Frozen;

namespace ModelOperator.ModelFormat.Derived;

/// <summary>Reads a formula, from the current word to the end, by descent and writes its steps down on the way, operands first.</summary>
internal sealed class FormulaParser(FormulaLexer words)
{
    private const string Operand = "a number, a column, '(', '-' or one of the functions abs, exp, if, log, log1p, max, min, pow, sqrt";

    private static readonly FrozenDictionary<string, (FormulaOp Op, int Operands)> Functions = new Dictionary<string, (FormulaOp, int)>
    {
        ["log"] = (FormulaOp.Log, 1),
        ["log1p"] = (FormulaOp.Log1P, 1),
        ["exp"] = (FormulaOp.Exp, 1),
        ["sqrt"] = (FormulaOp.Sqrt, 1),
        ["abs"] = (FormulaOp.Abs, 1),
        ["min"] = (FormulaOp.Min, 2),
        ["max"] = (FormulaOp.Max, 2),
        ["pow"] = (FormulaOp.Pow, 2),
        ["if"] = (FormulaOp.If, 3),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly List<FormulaStep> _steps = [];
    private readonly List<string> _columns = [];
    private int _level;
    private int _height;
    private int _highest;

    /// <exception cref="FormulaException">It cannot be read.</exception>
    internal Formula Read()
    {
        var (text, start) = (words.Rest, words.Position);
        Comparison();
        if (words.Kind != FormulaWord.End)
            throw words.Wrong(words.Position, $"{words.Shown}, expected an operator or the end");
        return _columns.Count > 0
            ? new Formula(text, _columns, [.. _steps], _highest)
            : throw words.Wrong(start, "no column is named, so every row would have the same value");
    }

    private void Comparison()
    {
        if (++_level > Formula.MaxDepth)
            throw words.Wrong(words.Position, $"more than {Formula.MaxDepth} levels of parentheses, calls and signs");
        Sum();
        if (Compares() is { } op)
        {
            words.Next();
            Sum();
            Add(new(op), -1);
            if (Compares() is not null)
                throw words.Wrong(words.Position, "comparisons do not chain; write (a < b) * (b < c)");
        }

        if (words is { Kind: FormulaWord.Symbol, Word: "=" })
            throw words.Wrong(words.Position, "'=' compares nothing; write '=='");

        _level--;
    }

    private FormulaOp? Compares() => words.Kind != FormulaWord.Symbol ? null : words.Word switch
    {
        "<" => FormulaOp.Less,
        "<=" => FormulaOp.LessOrEqual,
        ">" => FormulaOp.Greater,
        ">=" => FormulaOp.GreaterOrEqual,
        "==" => FormulaOp.Equal,
        "!=" => FormulaOp.NotEqual,
        _ => null,
    };

    private void Sum()
    {
        Product();
        while (true)
        {
            var isSum = words.Take("+");
            if (!isSum && !words.Take("-"))
                return;
            Product();
            Add(new(isSum ? FormulaOp.Add : FormulaOp.Subtract), -1);
        }
    }

    private void Product()
    {
        Factor();
        while (true)
        {
            var isProduct = words.Take("*");
            if (!isProduct && !words.Take("/"))
                return;
            Factor();
            Add(new(isProduct ? FormulaOp.Multiply : FormulaOp.Divide), -1);
        }
    }

    private void Factor()
    {
        var (kind, word, position, number) = (words.Kind, words.Word, words.Position, words.Number);
        if (kind is FormulaWord.End || (kind == FormulaWord.Symbol && word is not ("(" or "-")))
            throw words.Wrong(position, $"{words.Shown}, expected {Operand}");
        words.Next();
        switch (kind)
        {
            case FormulaWord.Number:
                Add(new(FormulaOp.Number, Number: number), 1);
                break;
            case FormulaWord.Name when words.Take("("):
                Call(word, position);
                break;
            case FormulaWord.Name or FormulaWord.Quoted:
                Add(new(FormulaOp.Column, Place(word)), 1);
                break;
            case FormulaWord.Symbol when word == "(":
                Comparison();
                Close("')'");
                break;
            default:
                Sign();
                break;
        }
    }

    private void Sign()
    {
        if (++_level > Formula.MaxDepth)
            throw words.Wrong(words.Position, $"more than {Formula.MaxDepth} levels of parentheses, calls and signs");
        Factor();
        Add(new(FormulaOp.Negate), 0);
        _level--;
    }

    private void Call(string name, int position)
    {
        if (!Functions.TryGetValue(name, out var function))
            throw words.Wrong(position, $"there is no function '{name}'; there are {string.Join(", ", Functions.Keys.Order(StringComparer.Ordinal))}");
        for (var i = 0; i < function.Operands; i++)
        {
            if (i > 0 && !words.Take(","))
                throw words.Wrong(words.Position, $"{words.Shown}, expected ',': {name} takes {function.Operands} operands");
            Comparison();
        }

        Close(function.Operands == 1 ? $"')': {name} takes one operand" : $"')': {name} takes {function.Operands} operands");
        Add(new(function.Op), 1 - function.Operands);
    }

    private void Close(string expected)
    {
        if (!words.Take(")"))
            throw words.Wrong(words.Position, $"{words.Shown}, expected an operator or {expected}");
    }

    private int Place(string column)
    {
        var place = _columns.IndexOf(column);
        if (place >= 0)
            return place;
        _columns.Add(column);
        return _columns.Count - 1;
    }

    private void Add(FormulaStep step, int growth)
    {
        _steps.Add(step);
        _height += growth;
        _highest = Math.Max(_highest, _height);
    }
}
