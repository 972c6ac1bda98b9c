namespace ModelOperator.Analysis;

/// <summary>Count, mean and variance of one arm's values.</summary>
/// <param name="Count">Number of values.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Variance">Their unbiased variance; 0 for one value.</param>
public sealed record ArmMoments(double Count, double Mean, double Variance)
{
    /// <summary>The moments of finite values, at least one.</summary>
    public static ArmMoments Of(IReadOnlyList<double> values)
    {
        var (mean, squares) = (0.0, 0.0);
        for (var i = 0; i < values.Count; i++)
        {
            // B. P. Welford, Technometrics 4 (1962): no cancellation for values far from 0.
            var step = values[i] - mean;
            mean += step / (i + 1);
            squares += step * (values[i] - mean);
        }

        return new(values.Count, mean, values.Count > 1 ? squares / (values.Count - 1) : 0);
    }

    /// <summary>The moments from sums, as counters give them; rounding never makes a variance negative.</summary>
    /// <param name="count">Number of values, at least one.</param>
    /// <param name="sum">Their sum.</param>
    /// <param name="squares">Sum of their squares.</param>
    public static ArmMoments Of(double count, double sum, double squares) =>
        new(count, sum / count, count > 1 ? Math.Max(0, (squares - (sum * sum / count)) / (count - 1)) : 0);
}
