using FsCheck;
using FsCheck.Fluent;

namespace ModelOperator.Analysis.Tests;

public sealed class ConditionTests
{
    private const double NaN = double.NaN;
    private const double Inf = double.PositiveInfinity;

    private static Condition Parse(string text) => Condition.TryParse(text, out var condition, out var error) ? condition : throw new InvalidOperationException(error.ToString());

    public static TheoryData<string, double[], bool> Decided() => new()
    {
        { "result < 0.4", [0.3], true },
        { "result<0.4", [0.4], false },
        { "result <= .4", [0.4], true },
        { "result[0] >= 4e-1", [0.4], true },
        { "result == 1E+2", [100], true },
        { "result != 1", [1], false },
        { "0.2 <= result && result <= 0.8", [0.5], true },
        { "0.2 <= result and result <= 0.8", [0.9], false },
        { "result < 0 || result > 0", [0], false },
        { "result < 0 or result > 0 or result == 0", [0], true },
        { "!(result > 1)", [0], true },
        { "not (result > 1)", [2], false },
        { "!!(result > 1)", [2], true },
        { "1 + 2 * 3 == 7", [0], true },
        { "(1 + 2) * 3 == 9", [0], true },
        { "10 - 4 - 3 == 3", [0], true },
        { "16 / 4 / 2 == 2", [0], true },
        { "7 % 4 == 3", [0], true },
        { "-2 * -3 == 6", [0], true },
        { "- -result == 5", [5], true },
        { "true || false && false", [0], true },
        { "(true || false) && false", [0], false },
        { "len(result) == 3", [1, 2, 3], true },
        { "len(result) == 0", [], true },
        { "result[2] > result[0]", [1, 2, 3], true },
        { "all(result, # < 4)", [1, 2, 3], true },
        { "all(result, {# < 3})", [1, 2, 3], false },
        { "any(result, # > 2.5)", [1, 2, 3], true },
        { "any(result, # * 2 > 10)", [1, 2, 3], false },
        { "all(result, # >= result[0] && # < 9)", [1, 2, 3], true },
        { "isNaN(result)", [NaN], true },
        { "isNaN(result) || result < 0.4", [0.3], true },
        { "isNaN(result) || result < 0.4", [NaN], true },
        { "!isNaN(result) && result < 0.4", [NaN], false },
        { "result < 0.4 && !isNaN(result)", [NaN], false },
        { "isInf(result) && !isInf(1)", [Inf], true },
        { "isInf(result) || result < 0.4", [Inf], true },
        { "len(result) > 0 && result < 1", [], false },
        { "len(result) == 0 || all(result, # < 1)", [], true },
        { "any(result, isNaN(#))", [1, NaN], true },
        { "any(result, # > 5)", [NaN, 9], true },
        { "all(result, # > 5)", [NaN, 1], false },
        { "isNaN(0 / result)", [0], true },
    };

    [Theory]
    [MemberData(nameof(Decided))]
    public void A_condition_holds_or_not(string text, double[] result, bool holds) =>
        Assert.Equal(new Truth(holds, null), Parse(text).Evaluate(result, []));

    public static TheoryData<string, double[], double[], string> Undecided() => new()
    {
        { "result < 0.4", [NaN], [], Reasons.NotANumber },
        { "result >= 0.4", [NaN], [], Reasons.NotANumber },
        { "result != 0.4", [NaN], [], Reasons.NotANumber },
        { "result >= 0.4", [Inf], [], Reasons.PositiveInfinity },
        { "result < 0.4", [-Inf], [], Reasons.NegativeInfinity },
        { "1 / result > 5", [0], [], Reasons.PositiveInfinity },
        { "0 / result > 5", [0], [], Reasons.NotANumber },
        { "result < 0.4", [], [], Reasons.EmptyResult },
        { "result[0] < 0.4", [], [], Reasons.EmptyResult },
        { "isNaN(result)", [], [], Reasons.EmptyResult },
        { "all(result, # < 1)", [], [], Reasons.EmptyResult },
        { "any(result, # < 1)", [], [], Reasons.EmptyResult },
        { "!any(result, # < 1)", [], [], Reasons.EmptyResult },
        { "result < 0.4", [1, 2], [], Reasons.SeveralSeries },
        { "result + 1 < 0.4", [1, 2], [], Reasons.SeveralSeries },
        { "result[2] < 0.4", [1, 2], [], Reasons.IndexOutOfRange },
        { "all(result, # < 5)", [1, NaN], [], Reasons.NotANumber },
        { "any(result, # > 5)", [1, NaN], [], Reasons.NotANumber },
        { "result < stable", [1], [], "BaselineEmptyResult" },
        { "result < stable", [1], [1, 2], "BaselineSeveralSeries" },
        { "result < 1 || result[1] > 1", [NaN], [], Reasons.IndexOutOfRange },
        { "result[1] > 1 || result < 1", [NaN], [], Reasons.IndexOutOfRange },
    };

    [Theory]
    [MemberData(nameof(Undecided))]
    public void What_is_not_known_does_not_decide(string text, double[] result, double[] stable, string reason) =>
        Assert.Equal(Truth.Undecided(reason), Parse(text).Evaluate(result, stable));

    [Theory]
    [InlineData("", 1, "the condition is empty")]
    [InlineData("   ", 1, "the condition is empty")]
    [InlineData("reslt < 1", 1, "unknown name \"reslt\"; allowed: result, stable, true, false, len, isNaN, isInf, all, any")]
    [InlineData("result < ", 10, "a number, result, stable or a function is missing at the end")]
    [InlineData("result = 1", 8, "\"=\" compares nothing; write \"==\"")]
    [InlineData("result < 1 & result > 0", 12, "\"&\" alone means nothing; write \"&&\"")]
    [InlineData("result", 1, "a condition is needed here, such as result < 0.4, and this is a number")]
    [InlineData("result + 1", 8, "a condition is needed here")]
    [InlineData("result < 1 && 2", 15, "a condition is needed here")]
    [InlineData("(result < 1) + 1 > 0", 9, "a number is needed here, and this is a condition")]
    [InlineData("!result < 1", 2, "a condition is needed here")]
    [InlineData("0 < result < 1", 12, "comparisons do not chain")]
    [InlineData("result < \"x\"", 10, "text has no place here")]
    [InlineData("result < 1 result", 12, "\"result\" where the end is expected")]
    [InlineData("(result < 1", 12, "\")\" is missing at the end")]
    [InlineData("len(1) > 0", 5, "result or stable is needed here")]
    [InlineData("len result > 0", 5, "\"result\" where \"(\" is expected")]
    [InlineData("# < 1", 1, "means nothing outside")]
    [InlineData("all(result, any(result, # > 1))", 13, "all and any do not nest")]
    [InlineData("all(result, #)", 13, "a condition is needed here")]
    [InlineData("all(result)", 11, "\")\" where \",\" is expected")]
    [InlineData("all(result, {# > 1)", 19, "\")\" where \"}\" is expected")]
    [InlineData("result[-1] > 0", 8, "an index is a whole number from 0 to 1999")]
    [InlineData("result[0.5] > 0", 8, "an index is a whole number")]
    [InlineData("result < 1e999", 10, "is not a finite decimal number")]
    [InlineData("result < 1.2.3", 10, "is not a finite decimal number")]
    [InlineData("result < 1 ? 2 : 3", 12, "\"?\" has no meaning here")]
    [InlineData("default(result, 0) < 1", 1, "unknown name \"default\"")]
    [InlineData("result < 1\u0007", 11, "\"this character\" has no meaning here")]
    public void An_error_points_at_its_column(string text, int column, string words)
    {
        Assert.False(Condition.TryParse(text, out _, out var error));
        Assert.Equal(column, error.Column);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.StartsWith($"column {column}: ", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Length_and_depth_are_bounded()
    {
        static string Nested(int levels) => new string('(', levels) + "result < 1" + new string(')', levels);
        Assert.True(Condition.TryParse(Nested(Condition.MaxDepth - 1), out _, out _));
        Assert.False(Condition.TryParse(Nested(Condition.MaxDepth), out _, out var deep));
        Assert.Equal((Condition.MaxDepth + 1, "more than 32 levels of parentheses and calls."), (deep.Column, deep.Message));
        Assert.False(Condition.TryParse(new string('!', 500) + "(result < 1)", out _, out _));
        Assert.False(Condition.TryParse(new string('-', 500) + "1 < 1", out _, out _));
        Assert.True(Condition.TryParse(Enough(100), out var wide, out _));
        Assert.Equal(Truth.Of(true), wide.Evaluate([0.0], []));
        Assert.False(Condition.TryParse(Enough(500), out _, out var longer));
        Assert.Equal(Condition.MaxLength + 1, longer.Column);
        static string Enough(int times) => string.Join("&&", Enumerable.Repeat("result<1", times));
    }

    private static readonly Gen<string> Words = Gen.Elements(
        "result", "stable", "result[0]", "stable[3]", "len(result)", "isNaN(result)", "isInf(stable)", "all(result, # < 1)", "any(stable, {# > 0})", "1", "0.5", "-1", "<", "<=", ">", ">=",
        "==", "!=", "&&", "||", "!", "not", "and", "or", "+", "-", "*", "/", "%", "(", ")", "#", ",", "true", "false", "x", "@").ListOf().Select(words => string.Join(" ", words));

    private static readonly Gen<double> Numbers = Gen.Elements(0, 1, -1, 0.5, 1e308, -1e308, double.NaN, double.PositiveInfinity, double.NegativeInfinity);

    [Fact]
    public void Any_text_is_read_or_refused_and_what_is_read_has_a_truth_for_any_answer() => Prop.ForAll(
        Words.ToArbitrary(), Numbers.ArrayOf().ToArbitrary(), Numbers.ArrayOf().ToArbitrary(),
        (text, result, stable) =>
        {
            if (!Condition.TryParse(text, out var condition, out var error))
                return error.Column >= 1 && error.Column <= text.Length + 1;
            var truth = condition.Evaluate(result, stable);
            return truth.Holds is null != truth.Reason is null;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    private static readonly Gen<string> Simple = Gen.Elements("result < 1", "result > 0", "isNaN(result)", "len(result) == 1", "result[1] > 0", "all(result, # > 0)", "true", "false");

    [Fact]
    public void And_and_or_do_not_depend_on_the_order_and_not_is_its_own_inverse() => Prop.ForAll(
        Simple.ToArbitrary(), Simple.ToArbitrary(), Numbers.ArrayOf().ToArbitrary(),
        (left, right, result) =>
        {
            bool? Holds(string text) => Parse(text).Evaluate(result, []).Holds;
            return Holds($"({left}) && ({right})") == Holds($"({right}) && ({left})")
                && Holds($"({left}) || ({right})") == Holds($"({right}) || ({left})")
                && Holds($"!!({left})") == Holds(left)
                && Holds($"!(({left}) && ({right}))") == Holds($"!({left}) || !({right})");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void A_single_value_that_is_no_number_never_passes_a_comparison_by_accident() => Prop.ForAll(
        Gen.Elements("<", "<=", ">", ">=", "==", "!=").ToArbitrary(), Gen.Elements(NaN, Inf, -Inf).ToArbitrary(), Gen.Choose(-9, 9).ToArbitrary(),
        (op, value, number) =>
        {
            var condition = Parse($"result {op} {number}");
            return new ConditionPair(condition, null).Judge(Sample.Of(value), Sample.Empty).Verdict is Verdict.NoData or Verdict.Inconclusive
                && new ConditionPair(null, condition).Judge(Sample.Of(value), Sample.Empty).Verdict is Verdict.NoData or Verdict.Inconclusive;
        }).QuickCheckThrowOnFailure();
}
