using System.Collections.Immutable;

namespace ModelOperator.Analysis;

/// <summary>Reads the words of a condition by descent and checks types on the way. Throws <see cref="ConditionSyntaxException"/> at the first error.</summary>
internal sealed class ConditionParser(ImmutableArray<ConditionToken> tokens)
{
    private const string Names = "allowed: result, stable, true, false, len, isNaN, isInf, all, any";

    private int _at;
    private int _depth;
    private bool _inside;

    private ConditionToken Current => tokens[_at];

    public ConditionNode Read()
    {
        if (Current.Kind == ConditionTokenKind.End)
            throw new ConditionSyntaxException(1, "the condition is empty.");
        var node = Truth(Or());
        return Current.Kind == ConditionTokenKind.End ? node : throw Unexpected("the end");
    }

    private ConditionNode Or()
    {
        if (++_depth > Condition.MaxDepth)
            throw new ConditionSyntaxException(Current.Column, $"more than {Condition.MaxDepth} levels of parentheses and calls.");
        var left = And();
        while (Take("||") is { } op)
            left = new(ConditionOp.Or, ConditionType.Truth, op, [Truth(left), Truth(And())]);
        _depth--;
        return left;
    }

    private ConditionNode And()
    {
        var left = Comparison();
        while (Take("&&") is { } op)
            left = new(ConditionOp.And, ConditionType.Truth, op, [Truth(left), Truth(Comparison())]);
        return left;
    }

    private ConditionNode Comparison()
    {
        var left = Sum();
        if (Compares(Current) is not { } op)
            return left;
        var column = Current.Column;
        _at++;
        ConditionNode node = new(op, ConditionType.Truth, column, [Number(left), Number(Sum())]);
        return Compares(Current) is null ? node : throw new ConditionSyntaxException(Current.Column, "comparisons do not chain; write \"a < b && b < c\".");
    }

    private static ConditionOp? Compares(ConditionToken token) => token.Kind != ConditionTokenKind.Symbol ? null : token.Text switch
    {
        "<" => ConditionOp.Less,
        "<=" => ConditionOp.LessOrEqual,
        ">" => ConditionOp.Greater,
        ">=" => ConditionOp.GreaterOrEqual,
        "==" => ConditionOp.Equal,
        "!=" => ConditionOp.NotEqual,
        _ => null,
    };

    private ConditionNode Sum()
    {
        for (var left = Product(); ;)
        {
            var op = Current.Text == "+" ? ConditionOp.Add : ConditionOp.Subtract;
            if ((Take("+") ?? Take("-")) is not { } column)
                return left;
            left = new(op, ConditionType.Number, column, [Number(left), Number(Product())]);
        }
    }

    private ConditionNode Product()
    {
        for (var left = Unary(); ;)
        {
            var op = Current.Text switch { "*" => ConditionOp.Multiply, "/" => ConditionOp.Divide, _ => ConditionOp.Remainder };
            if ((Take("*") ?? Take("/") ?? Take("%")) is not { } column)
                return left;
            left = new(op, ConditionType.Number, column, [Number(left), Number(Unary())]);
        }
    }

    private ConditionNode Unary()
    {
        var signs = new Stack<(bool Not, int Column)>();
        while (true)
        {
            if (Take("!") is { } not)
                signs.Push((true, not));
            else if (Take("-") is { } minus)
                signs.Push((false, minus));
            else
                break;
            if (signs.Count > Condition.MaxDepth)
                throw new ConditionSyntaxException(Current.Column, $"more than {Condition.MaxDepth} signs in a row.");
        }

        var node = Primary();
        while (signs.TryPop(out var sign))
            node = sign.Not
                ? new(ConditionOp.Not, ConditionType.Truth, sign.Column, [Truth(node)])
                : new(ConditionOp.Negate, ConditionType.Number, sign.Column, [Number(node)]);
        return node;
    }

    private ConditionNode Primary()
    {
        var token = Current;
        if (token.Kind == ConditionTokenKind.Number)
        {
            _at++;
            return new(ConditionOp.Number, ConditionType.Number, token.Column, [], token.Number);
        }

        if (Take("(") is not null)
        {
            var inner = Or();
            Expect(")");
            return inner;
        }

        if (Take("#") is { } element)
            return _inside
                ? new(ConditionOp.Element, ConditionType.Number, element, [])
                : throw new ConditionSyntaxException(element, "# is the value under test within all(...) and any(...), and means nothing outside.");
        if (token.Kind != ConditionTokenKind.Name)
            throw Unexpected("a number, result, stable or a function");
        _at++;
        return token.Text switch
        {
            "true" => new(ConditionOp.True, ConditionType.Truth, token.Column, []),
            "false" => new(ConditionOp.False, ConditionType.Truth, token.Column, []),
            "result" => Indexed(new(ConditionOp.Result, ConditionType.Values, token.Column, [])),
            "stable" => Indexed(new(ConditionOp.Stable, ConditionType.Values, token.Column, [])),
            "len" => Call(ConditionOp.Length, ConditionType.Number, token, Values),
            "isNaN" => Call(ConditionOp.IsNaN, ConditionType.Truth, token, Number),
            "isInf" => Call(ConditionOp.IsInf, ConditionType.Truth, token, Number),
            "all" => Quantifier(ConditionOp.All, token),
            "any" => Quantifier(ConditionOp.Any, token),
            _ => throw new ConditionSyntaxException(token.Column, $"unknown name \"{token.Text}\"; {Names}."),
        };
    }

    private ConditionNode Indexed(ConditionNode values)
    {
        if (Take("[") is not { } column)
            return values;
        var token = Current;
        if (token.Kind != ConditionTokenKind.Number || token.Number != Math.Floor(token.Number) || token.Number >= Sample.MaxValues)
            throw new ConditionSyntaxException(token.Column, $"an index is a whole number from 0 to {Sample.MaxValues - 1}.");
        _at++;
        Expect("]");
        return new(ConditionOp.Index, ConditionType.Number, column, [values], token.Number);
    }

    private ConditionNode Call(ConditionOp op, ConditionType type, ConditionToken name, Func<ConditionNode, ConditionNode> argument)
    {
        Expect("(");
        var node = argument(Or());
        Expect(")");
        return new(op, type, name.Column, [node]);
    }

    private ConditionNode Quantifier(ConditionOp op, ConditionToken name)
    {
        if (_inside)
            throw new ConditionSyntaxException(name.Column, "all and any do not nest.");
        Expect("(");
        var values = Values(Or());
        Expect(",");
        _inside = true;
        // expr-lang, which Argo Rollouts uses, writes the test in braces.
        var braces = Take("{") is not null;
        var test = Truth(Or());
        if (braces)
            Expect("}");
        _inside = false;
        Expect(")");
        return new(op, ConditionType.Truth, name.Column, [values, test]);
    }

    private static ConditionNode Truth(ConditionNode node) => node.Type == ConditionType.Truth
        ? node
        : throw new ConditionSyntaxException(node.Column, "a condition is needed here, such as result < 0.4, and this is a number.");

    private static ConditionNode Number(ConditionNode node) => node.Type != ConditionType.Truth
        ? node
        : throw new ConditionSyntaxException(node.Column, "a number is needed here, and this is a condition; parentheses may be missing.");

    private static ConditionNode Values(ConditionNode node) => node.Type == ConditionType.Values
        ? node
        : throw new ConditionSyntaxException(node.Column, "result or stable is needed here.");

    private int? Take(string symbol)
    {
        if (Current.Kind != ConditionTokenKind.Symbol || Current.Text != symbol)
            return null;
        return tokens[_at++].Column;
    }

    private void Expect(string symbol)
    {
        if (Take(symbol) is null)
            throw Unexpected($"\"{symbol}\"");
    }

    private ConditionSyntaxException Unexpected(string wanted) => new(
        Current.Column, Current.Kind == ConditionTokenKind.End ? $"{wanted} is missing at the end." : $"\"{Current.Text}\" where {wanted} is expected.");
}
