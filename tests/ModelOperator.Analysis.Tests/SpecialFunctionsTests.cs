namespace ModelOperator.Analysis.Tests;

public sealed class SpecialFunctionsTests
{
    /// <summary>Expected values: CPython 3 math.lgamma.</summary>
    [Theory]
    [InlineData(0.1, 2.2527126517342055)]
    [InlineData(0.5, 0.5723649429247004)]
    [InlineData(1.5, -0.12078223763524543)]
    [InlineData(10.25, 13.368023671476049)]
    [InlineData(1e6, 12815504.569147611)]
    public void Log_gamma_agrees_with_the_c_library(double x, double expected) =>
        Assert.Equal(expected, SpecialFunctions.LogGamma(x), 1e-12 * Math.Max(1, Math.Abs(expected)));

    /// <summary>Expected values: exact rational binomial sums P(Bin(a+b-1, q) &lt;= a-1) with Python's fractions, then math.log.</summary>
    [Theory]
    [InlineData(0.5, 1, 1, -0.6931471805599453)]
    [InlineData(0.05, 2, 3, -0.014117940787492955)]
    [InlineData(0.9, 3, 40, -85.55061056671475)]
    [InlineData(0.5, 100, 120, -2.428103677453038)]
    [InlineData(0.3, 400, 600, -9.094947017729282e-12)]
    [InlineData(0.99, 5, 5, -18.223029902480988)]
    public void The_upper_tail_of_a_beta_agrees_with_exact_binomial_sums(double q, double a, double b, double expected) =>
        Assert.Equal(expected, SpecialFunctions.LogBetaUpperTail(q, a, b), 1e-10 * Math.Max(1, Math.Abs(expected)));

    [Fact]
    public void The_tail_is_whole_at_zero_and_empty_at_one()
    {
        Assert.Equal(0, SpecialFunctions.LogBetaUpperTail(0, 2, 3));
        Assert.Equal(double.NegativeInfinity, SpecialFunctions.LogBetaUpperTail(1, 2, 3));
    }
}
