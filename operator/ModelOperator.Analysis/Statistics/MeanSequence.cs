namespace ModelOperator.Analysis;

/// <summary>
/// Confidence sequences of a mean and of the difference of two means, valid at every look for large samples: Robbins' two-sided normal mixture
/// <c>E = (1+τ)^(-1/2) exp(z² τ / (2 (1+τ)))</c>, z = estimate less truth in standard errors, τ growing with the information; E &lt; 1/alpha holds at all
/// times with probability 1 - alpha.
/// </summary>
/// <remarks>
/// H. Robbins, Ann. Math. Statist. 41 (1970); I. Waudby-Smith, D. Arbour, R. Sinha, E. H. Kennedy, A. Ramdas, "Time-uniform central limit theory and
/// asymptotic confidence sequences", Ann. Statist. 52 (2024), theorem 2.2; tightest at the sample that it is tuned to (their appendix). Values must be
/// independent, and the ratio of the arms' counts constant.
/// </remarks>
public static class MeanSequence
{
    /// <summary>
    /// Values in each arm below which nothing may be concluded: with baskets (three in four are empty, the others exponential) the bounds hold at every look in
    /// 94.7 % of the experiments from 200 values on, and in 96.9 % from 500 (tests/bench/abtest).
    /// </summary>
    public const int LeastSamples = 500;

    /// <summary>Bounds of one arm's mean.</summary>
    /// <param name="arm">Moments of its values; at least one.</param>
    /// <param name="alpha">Probability that the mean is ever outside, in (0, 1).</param>
    /// <param name="tuned">Number of values at which the bounds are tightest.</param>
    public static ConfidenceBounds Of(ArmMoments arm, double alpha, double tuned)
    {
        var radius = Radius(alpha, arm.Count / tuned) * Math.Sqrt(arm.Variance / arm.Count);
        return new(arm.Mean - radius, arm.Mean + radius);
    }

    /// <summary>The difference of the means, arm less control, and its bounds.</summary>
    /// <param name="arm">Moments of the arm.</param>
    /// <param name="control">Moments of the control.</param>
    /// <param name="alpha">Probability that the difference is ever outside, in (0, 1).</param>
    /// <param name="tuned">Number of values in each of two equal arms at which the bounds are tightest.</param>
    public static ArmEffect Difference(ArmMoments arm, ArmMoments control, double alpha, double tuned)
    {
        var value = arm.Mean - control.Mean;
        var information = 2 * arm.Count * control.Count / (arm.Count + control.Count);
        var radius = Radius(alpha, information / tuned) * Math.Sqrt((arm.Variance / arm.Count) + (control.Variance / control.Count));
        return new(value, new(value - radius, value + radius), 0);
    }

    /// <summary>The z at which E reaches 1/alpha.</summary>
    /// <param name="alpha">Level.</param>
    /// <param name="progress">Information so far, as a share of what the sequence is tuned to.</param>
    public static double Radius(double alpha, double progress)
    {
        var spent = -2 * Math.Log(alpha);
        var tau = (spent + Math.Log(Math.Max(1, spent)) + 1) * progress;
        return Math.Sqrt((1 + tau) / tau * (Math.Log(1 + tau) + spent));
    }
}
