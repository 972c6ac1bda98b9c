using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using ModelOperator.ModelFormat.Derived;

namespace ModelOperator.Trainer.Tests;

/// <summary>The language of derived columns.</summary>
public sealed class FormulaTests
{
    private const float X = 1.75f;
    private const float Y = -0.5f;

    private static readonly string[] Columns = ["x", "y", "none", "median income"];

    [Theory]
    [InlineData("x + 2 * y", X + (2 * Y))]
    [InlineData("(x + 2) * y", (X + 2) * Y)]
    [InlineData("x - y - 1", X - Y - 1)]
    [InlineData("x / y / 2", X / Y / 2)]
    [InlineData("-x * -y", X * Y)]
    [InlineData("--x", X)]
    [InlineData("2 - -x", 2 + X)]
    [InlineData("x + 1e2 + .5 + 1.5E-1", X + 100.65f)]
    [InlineData("abs(y) + max(x, y) + min(x, y)", X)]
    [InlineData("sqrt(abs(y) + 3.5) + pow(x, 2)", 2 + (X * X))]
    [InlineData("log(exp(x)) + log1p(exp(y) - 1)", X + Y)]
    [InlineData("if(x > y, x, y)", X)]
    [InlineData("if(y >= 0, log(y), -1)", -1)]
    [InlineData("(x < 2) + (x <= 1.75) + (x == 1.75) + (x != 1.75) + (x > 2) + (x >= 1.75)", 4)]
    [InlineData("`median income` / x", 4)]
    [InlineData("`x`+x", 2 * X)]
    [InlineData("x + 0 * max(min(x, y), pow(y, 2))", X)]
    public void A_formula_is_worked_out(string text, float expected) => Assert.Equal(expected, Evaluate(text), 1e-6f);

    [Theory]
    [InlineData("none")]
    [InlineData("x + none")]
    [InlineData("pow(none, 0)")]
    [InlineData("pow(1 + 0 * x, none)")]
    [InlineData("max(x, none)")]
    [InlineData("none > 0")]
    [InlineData("none != none")]
    [InlineData("if(none, 1, x)")]
    [InlineData("if(x, none, 1)")]
    [InlineData("x / 0")]
    [InlineData("1 / (x / 0)")]
    [InlineData("x / 0 > 1")]
    [InlineData("log(y)")]
    [InlineData("log(0 * x)")]
    [InlineData("sqrt(y)")]
    [InlineData("exp(1000 * x)")]
    [InlineData("x * 1e38 * 1e38")]
    public void What_is_missing_or_not_finite_at_any_step_is_missing(string text) => Assert.Equal(float.NaN, Evaluate(text));

    [Theory]
    [InlineData("x *", 4, "the end, expected a number, a column, '(', '-' or one of the functions abs, exp, if, log, log1p, max, min, pow, sqrt")]
    [InlineData("x * * y", 5, "'*', expected a number, a column")]
    [InlineData("x y", 3, "'y', expected an operator or the end")]
    [InlineData("(x + y", 7, "the end, expected an operator or ')'")]
    [InlineData("x + y)", 6, "')', expected an operator or the end")]
    [InlineData("ln(x)", 1, "there is no function 'ln'; there are abs, exp, if, log, log1p, max, min, pow, sqrt")]
    [InlineData("x + pow(x)", 10, "')', expected ',': pow takes 2 operands")]
    [InlineData("log(x, y)", 6, "',', expected an operator or ')': log takes one operand")]
    [InlineData("if(x, y)", 8, "')', expected ',': if takes 3 operands")]
    [InlineData("x = y", 3, "'=' compares nothing; write '=='")]
    [InlineData("x < y < 1", 7, "comparisons do not chain")]
    [InlineData("x ^ 2", 3, "'^' has no meaning; write pow(a, b)")]
    [InlineData("x + 1.2.3", 5, "'1.2.3' is no finite decimal number")]
    [InlineData("x + 1e999", 5, "'1e999' is no finite decimal number")]
    [InlineData("x + $y", 5, "'$' has no meaning; a column's name with other than letters, digits and '_' stands in backquotes")]
    [InlineData("x + `y", 5, "the backquote is never closed")]
    [InlineData("x + ``", 5, "a column's name is empty")]
    [InlineData("1 + 2", 1, "no column is named, so every row would have the same value")]
    [InlineData("", 1, "the end, expected a number")]
    public void A_formula_that_cannot_be_read_is_named_with_the_place_and_what_is_allowed(string text, int position, string problem)
    {
        var failure = Assert.Throws<FormulaException>(() => Formula.Parse(text));
        Assert.Equal(position, failure.Position);
        Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"'{text}', character {position}: {problem}"), failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(")]
    [InlineData("-")]
    [InlineData("abs(")]
    public void Depth_and_length_are_bounded(string opening)
    {
        var closing = opening == "-" ? "" : ")";
        Formula.Parse(Nested(30));
        Assert.Contains("more than 32 levels of parentheses, calls and signs", Assert.Throws<FormulaException>(() => Formula.Parse(Nested(33))).Message, StringComparison.Ordinal);
        Assert.Throws<FormulaException>(() => Formula.Parse(Nested(100_000)));
        Assert.Contains("a formula may have 1024 characters", Assert.Throws<FormulaException>(() => Formula.Parse("x" + new string('+', 2000))).Message, StringComparison.Ordinal);
        string Nested(int levels) => string.Concat(Enumerable.Repeat(opening, levels)) + "x" + string.Concat(Enumerable.Repeat(closing, levels));
    }

    [Fact]
    public void The_deepest_formula_has_room_for_all_that_waits()
    {
        var text = string.Concat(Enumerable.Repeat("x < x + x * if(x, x, ", 31)) + "x" + new string(')', 31);
        Assert.InRange(Formula.Parse(text).Height, 31 * 5, 255);
        Assert.Equal(1, Evaluate(text));
    }

    [Fact]
    public void Any_text_gives_a_formula_or_the_place_that_is_wrong()
    {
        var words = Gen.Elements("x", "y", "none", "`median income`", "`", "1", ".5", "1e3", "1e", ".", "+", "-", "*", "/", "(", ")", ",", "<", "<=", "==", "=", "!", "!=", ";", " ", "log", "if", "min", "\0", "é", "😀"[..1], "^");
        Prop.ForAll(words.ArrayOf().Select(string.Concat).ToArbitrary(), static text => IsReadOrRefused(text, text => Evaluate(text)) && IsReadOrRefused(text, text => DerivedColumn.ParseAll(text)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
        Prop.ForAll<string>(static text => IsReadOrRefused(text ?? "", text => Formula.Parse(text))).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Random_formulas_are_worked_out_as_by_hand() => Prop.ForAll(Random(4).ToArbitrary(), static made =>
    {
        var actual = Evaluate("0 * x + " + made.Text);
        var expected = (float)made.Value;
        return float.IsFinite(expected) ? Math.Abs(actual - expected) <= 1e-5f * Math.Max(1, Math.Abs(expected)) : float.IsNaN(actual);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Theory]
    [InlineData("volume = x * y; `log volume` = log1p(volume);", "volume|`log volume`")]
    [InlineData(" a=x==1 ", "a")]
    [InlineData(";;", "")]
    public void Definitions_are_read_in_their_order_and_can_be_written_back(string text, string names)
    {
        var columns = DerivedColumn.ParseAll(text);
        Assert.Equal(names.Replace("`", "", StringComparison.Ordinal).Split('|', StringSplitOptions.RemoveEmptyEntries), columns.Select(column => column.Name));
        Assert.Equal(columns.Select(column => column.ToString()), DerivedColumn.ParseAll(string.Join("; ", columns)).Select(column => column.ToString()));
    }

    [Theory]
    [InlineData("x", "'x', character 2: the end, expected '=' behind the new column's name")]
    [InlineData("a == x", "'a == x', character 3: '==', expected '=' behind the new column's name")]
    [InlineData("1 = x", "'1 = x', character 1: '1', expected the new column's name")]
    [InlineData("a = x; b = ", "'b =', character 4: the end, expected a number")]
    [InlineData("a = x; a = y", "'a = y', character 1: 'a' is defined twice")]
    public void A_definition_that_cannot_be_read_is_named(string text, string message) =>
        Assert.StartsWith(message, Assert.Throws<FormulaException>(() => DerivedColumn.ParseAll(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void So_many_derived_columns_and_no_more()
    {
        Assert.Equal(64, DerivedColumn.ParseAll(Definitions(64)).Count);
        Assert.Contains("one more than the 64", Assert.Throws<FormulaException>(() => DerivedColumn.ParseAll(Definitions(65))).Message, StringComparison.Ordinal);
        static string Definitions(int count) => string.Join(';', Enumerable.Range(0, count).Select(i => $"d{i} = x"));
    }

    private static float Evaluate(string text)
    {
        var formula = Formula.Parse(text);
        var derivation = Derivation.Bind(Columns, [new("d", formula)], static (_, name) => new FormulaException(name, 1, "no such column"));
        float[] row = [X, Y, float.NaN, 7, -99];
        derivation.Fill(row);
        Assert.Equal([X, Y, float.NaN, 7f], row[..4]);
        return row[4];
    }

    private static bool IsReadOrRefused(string text, Action<string> read)
    {
        try
        {
            read(text);
            return true;
        }
        catch (FormulaException refused)
        {
            return refused.Position >= 1 && refused.Position <= text.Length + 1;
        }
    }

    // A text and its value by the language's own rules, NaN for what is not finite at any step.
    private static Gen<(string Text, double Value)> Random(int levels)
    {
        var leaf = Gen.Elements<(string, double)>(("x", X), ("y", Y), ("none", double.NaN), ("2", 2), ("0.25", 0.25), ("0", 0));
        if (levels == 0)
            return leaf;
        var below = Random(levels - 1);
        return Gen.OneOf(
            leaf,
            from a in below select ($"-({a.Text})", -a.Value),
            from a in below select ($"log({a.Text})", Finite(Math.Log(a.Value))),
            from a in below select ($"sqrt({a.Text})", Finite(Math.Sqrt(a.Value))),
            from a in below from b in below select ($"({a.Text} + {b.Text})", Finite(a.Value + b.Value)),
            from a in below from b in below select ($"({a.Text}) * ({b.Text})", Finite(a.Value * b.Value)),
            from a in below from b in below select ($"(({a.Text}) / ({b.Text}))", Finite(a.Value / b.Value)),
            from a in below from b in below select ($"max({a.Text}, {b.Text})", Finite(Math.Max(a.Value, b.Value))),
            from a in below from b in below from c in below select ($"if({a.Text}, {b.Text}, {c.Text})", double.IsNaN(a.Value) ? double.NaN : a.Value != 0 ? b.Value : c.Value));
    }

    private static double Finite(double number) => double.IsFinite(number) ? number : double.NaN;
}
