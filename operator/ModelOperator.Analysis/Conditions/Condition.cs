using System.Diagnostics.CodeAnalysis;

namespace ModelOperator.Analysis;

/// <summary>
/// A condition over the answer of a query: <c>result &lt; 0.4</c>, <c>len(result) &gt; 0 &amp;&amp; all(result, # &lt;= 1.1 * stable)</c>. A small language without loops, text,
/// or anything to call but its own functions; its cost is bounded by its length and the number of values.
/// </summary>
/// <remarks>
/// <para>
/// Grammar, weakest binding first: <c>|| or</c>; <c>&amp;&amp; and</c>; one of <c>== != &lt; &lt;= &gt; &gt;=</c> (they do not chain); <c>+ -</c>; <c>* / %</c>; <c>! not -</c>; numbers,
/// <c>true false</c>, <c>result</c>, <c>stable</c>, <c>result[0]</c>, <c>len(v)</c>, <c>isNaN(x)</c>, <c>isInf(x)</c>, <c>all(v, test)</c>, <c>any(v, test)</c> with <c>#</c> for the value under test.
/// <c>result</c> holds the canary's values, <c>stable</c> those of the stable version; either stands for its one value where a number is needed.
/// </para>
/// <para>
/// What is not known does not decide: comparing NaN or an infinity, taking the one value of none or of several, a test of all or any of no values, is undecided
/// with its own reason. Undecided follows S. C. Kleene's strong logic: <c>false &amp;&amp; undecided</c> is false and <c>true || undecided</c> is true on either
/// side; so <c>isNaN(result) || result &lt; 0.4</c> says what it seems to say.
/// </para>
/// </remarks>
public sealed class Condition
{
    /// <summary>Most characters of a condition.</summary>
    public const int MaxLength = 1024;

    /// <summary>Most levels of parentheses and calls.</summary>
    public const int MaxDepth = 32;

    private readonly ConditionNode _root;

    private Condition(string text, ConditionNode root)
    {
        Text = text;
        _root = root;
        UsesStable = Any(root, ConditionOp.Stable);
    }

    /// <summary>The condition as it was written.</summary>
    public string Text { get; }

    /// <summary>True when the stable version's value is asked for.</summary>
    public bool UsesStable { get; }

    /// <summary>Reads a condition.</summary>
    /// <param name="text">The condition.</param>
    /// <param name="condition">The condition, when it can be read.</param>
    /// <param name="error">Else the first error.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out Condition? condition, [NotNullWhen(false)] out ConditionError? error)
    {
        (condition, error) = (null, null);
        if (text.Length > MaxLength)
        {
            error = new(MaxLength + 1, $"the condition is longer than {MaxLength} characters.");
            return false;
        }

        try
        {
            condition = new(text, new ConditionParser(ConditionLexer.Read(text)).Read());
            return true;
        }
        catch (ConditionSyntaxException wrong)
        {
            error = wrong.Error;
            return false;
        }
    }

    /// <summary>Whether the condition holds.</summary>
    /// <param name="result">The canary's values.</param>
    /// <param name="stable">The stable version's values; empty when it was not asked for.</param>
    public Truth Evaluate(IReadOnlyList<double> result, IReadOnlyList<double> stable) => new ConditionEvaluator(result, stable).Truth(_root);

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static bool Any(ConditionNode node, ConditionOp op) => node.Op == op || node.Operands.Any(operand => Any(operand, op));
}
