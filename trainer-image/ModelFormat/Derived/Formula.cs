namespace ModelOperator.ModelFormat.Derived;

/// <summary>
/// How a number follows from a row's other numbers: <c>x * y * z</c>, <c>if(age &gt; 0, log(carat + 1), 0)</c>. Without loops, text, or anything to call but its own functions;
/// its cost is bounded by its length.
/// </summary>
/// <remarks>
/// <para>
/// Grammar, weakest binding first: one of <c>== != &lt; &lt;= &gt; &gt;=</c>, which give 1 or 0 and do not chain; <c>+ -</c>; <c>* /</c>; the sign <c>-</c>; numbers, columns
/// (in backquotes where the name has other than letters, digits and <c>_</c>), parentheses, <c>abs exp log log1p sqrt</c> of one operand, <c>max min pow</c> of two,
/// <c>if(condition, then, else)</c>.
/// </para>
/// <para>
/// Steps are worked out in 64 bits, the result is a 32-bit number. What is missing makes missing (NaN) all that follows from it, and so does a step whose result is no finite number: a
/// division by zero, the logarithm of what is not positive, an overflow. Of <c>if</c> only the condition and the operand that it chooses count.
/// </para>
/// </remarks>
public sealed class Formula
{
    /// <summary>Most characters.</summary>
    public const int MaxLength = 1024;

    /// <summary>Most levels of parentheses, calls and signs.</summary>
    public const int MaxDepth = 32;

    private readonly FormulaStep[] _steps;

    internal Formula(string text, IReadOnlyList<string> columns, FormulaStep[] steps, int height) =>
        (Text, Columns, _steps, Height) = (text, columns, steps, height);

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>Columns that it reads, each once.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The most numbers that wait at any step.</summary>
    internal int Height { get; }

    /// <summary>Reads a formula.</summary>
    /// <exception cref="FormulaException">It cannot be read.</exception>
    public static Formula Parse(string text) => text.Length <= MaxLength
        ? new FormulaParser(new(text)).Read()
        : throw new FormulaException(text, MaxLength + 1, $"a formula may have {MaxLength} characters");

    /// <summary>The steps, columns by their place in a row.</summary>
    internal FormulaStep[] Bind(Func<string, int> place) =>
        [.. _steps.Select(step => step.Op == FormulaOp.Column ? step with { Column = place(Columns[step.Column]) } : step)];

    /// <summary>Works out one row.</summary>
    /// <param name="steps">The steps, bound.</param>
    /// <param name="row">The row's numbers, NaN where missing.</param>
    /// <param name="stack">Room for <see cref="Height"/> numbers.</param>
    internal static float Evaluate(ReadOnlySpan<FormulaStep> steps, ReadOnlySpan<float> row, Span<double> stack)
    {
        var top = -1;
        foreach (ref readonly var step in steps)
        {
            switch (step.Op)
            {
                case FormulaOp.Number:
                    stack[++top] = step.Number;
                    continue;
                case FormulaOp.Column:
                    stack[++top] = row[step.Column];
                    continue;
                case FormulaOp.If:
                    top -= 2;
                    stack[top] = double.IsNaN(stack[top]) ? double.NaN : stack[top] != 0 ? stack[top + 1] : stack[top + 2];
                    continue;
                case >= FormulaOp.Add and <= FormulaOp.NotEqual or FormulaOp.Min or FormulaOp.Max or FormulaOp.Pow:
                    top--;
                    stack[top] = Finite(Two(step.Op, stack[top], stack[top + 1]));
                    continue;
                default:
                    stack[top] = Finite(One(step.Op, stack[top]));
                    continue;
            }
        }

        return (float)stack[0] is var result && float.IsFinite(result) ? result : float.NaN;
    }

    private static double Finite(double number) => double.IsFinite(number) ? number : double.NaN;

    private static double One(FormulaOp op, double x) => op switch
    {
        FormulaOp.Negate => -x,
        FormulaOp.Log => Math.Log(x),
        FormulaOp.Log1P => double.LogP1(x),
        FormulaOp.Exp => Math.Exp(x),
        FormulaOp.Sqrt => Math.Sqrt(x),
        _ => Math.Abs(x),
    };

    private static double Two(FormulaOp op, double a, double b)
    {
        // Comparisons of NaN are false, and pow(NaN, 0) is 1: neither may make a number of what is missing.
        if (double.IsNaN(a) || double.IsNaN(b))
            return double.NaN;
        return op switch
        {
            FormulaOp.Add => a + b,
            FormulaOp.Subtract => a - b,
            FormulaOp.Multiply => a * b,
            FormulaOp.Divide => a / b,
            FormulaOp.Less => a < b ? 1 : 0,
            FormulaOp.LessOrEqual => a <= b ? 1 : 0,
            FormulaOp.Greater => a > b ? 1 : 0,
            FormulaOp.GreaterOrEqual => a >= b ? 1 : 0,
            FormulaOp.Equal => a == b ? 1 : 0,
            FormulaOp.NotEqual => a != b ? 1 : 0,
            FormulaOp.Min => Math.Min(a, b),
            FormulaOp.Max => Math.Max(a, b),
            _ => Math.Pow(a, b),
        };
    }
}
