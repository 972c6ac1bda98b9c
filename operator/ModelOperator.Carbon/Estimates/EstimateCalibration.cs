namespace ModelOperator.Carbon.Estimates;

/// <summary>
/// How wrong estimates were for runs of one kind, as a log-normal factor. With r = ln(measured / estimated) over n runs:
/// mu = sum(r) / (n0 + n), sigma^2 = (n0 * sigma0^2 + sum((r - mu)^2)) / (n0 + n), n0 = 4, sigma0 = 0.35. Dimensionless.
/// </summary>
public sealed record EstimateCalibration
{
    /// <summary>Weight of the prior, in runs.</summary>
    public const int PriorRuns = 4;

    /// <summary>Standard deviation of the prior's logarithm: the 95th percentile is 1.78 times the median.</summary>
    public const double PriorSigma = 0.35;

    private EstimateCalibration(int runs, double mu, double sigma)
    {
        Runs = runs;
        Mu = mu;
        Sigma = sigma;
    }

    /// <summary>No history: no bias, the prior's spread.</summary>
    public static EstimateCalibration None { get; } = new(0, 0, PriorSigma);

    /// <summary>Runs it rests on.</summary>
    public int Runs { get; }

    /// <summary>Mean of the logarithm, shrunk towards 0.</summary>
    public double Mu { get; }

    /// <summary>Standard deviation of the logarithm, shrunk towards <see cref="PriorSigma"/>.</summary>
    public double Sigma { get; }

    /// <summary>e^mu: what a raw estimate is multiplied with to get the median.</summary>
    public double MedianFactor => Math.Exp(Mu);

    /// <summary>From past runs: what was measured, and the raw estimate before calibration. Pairs that are not positive say nothing and are left out.</summary>
    public static EstimateCalibration FromHistory(IEnumerable<(Energy Measured, Energy Estimated)> runs)
    {
        var ratios = runs
            .Where(r => r.Measured > Energy.Zero && r.Estimated > Energy.Zero)
            .Select(r => Math.Log((double)r.Measured.MilliwattHours / r.Estimated.MilliwattHours))
            .ToArray();
        var weight = (double)(PriorRuns + ratios.Length);
        var mu = ratios.Sum() / weight;
        var variance = ((PriorRuns * PriorSigma * PriorSigma) + ratios.Sum(r => (r - mu) * (r - mu))) / weight;
        return new(ratios.Length, mu, Math.Sqrt(variance));
    }
}
