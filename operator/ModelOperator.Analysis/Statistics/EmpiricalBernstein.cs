namespace ModelOperator.Analysis;

/// <summary>
/// Lower confidence sequence for the mean of values in [0, 1]: the predictable plug-in empirical-Bernstein form of I. Waudby-Smith, A. Ramdas, "Estimating means
/// of bounded random variables by betting", J. R. Statist. Soc. B 86 (2024), theorem 2, one-sided. With probability 1 - alpha the mean is never below it,
/// however often one looks and whatever the distribution.
/// </summary>
public static class EmpiricalBernstein
{
    /// <summary>Greatest bet; the authors' choice.</summary>
    private const double MaxBet = 0.5;

    /// <summary>The bound after all values, in the order in which they came.</summary>
    /// <param name="values">Values in [0, 1].</param>
    /// <param name="alpha">Probability that the bound is ever above the mean.</param>
    public static double Lower(IEnumerable<double> values, double alpha)
    {
        var confidence = Math.Log(1 / alpha);
        var (mean, variance) = (0.5, 0.25);
        var (sum, squares, t) = (0.5, 0.25, 0L);
        var (bets, gained, spent) = (0.0, 0.0, 0.0);
        foreach (var value in values)
        {
            t++;
            var bet = Math.Min(MaxBet, Math.Sqrt(2 * confidence / (variance * t * Math.Log(1 + t))));
            // (-ln(1-λ) - λ)/4 times 4 (x - mean before)²: the fours cancel.
            spent += (value - mean) * (value - mean) * (-Math.Log(1 - bet) - bet);
            bets += bet;
            gained += bet * value;
            sum += value;
            mean = sum / (t + 1);
            squares += (value - mean) * (value - mean);
            variance = squares / (t + 1);
        }

        return bets > 0 ? Math.Max(0, (gained - confidence - spent) / bets) : 0;
    }
}
