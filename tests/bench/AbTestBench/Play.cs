using ModelOperator.Analysis;

namespace ModelOperator.AbTestBench;

/// <summary>One A/A experiment, judged at every look as the operator does.</summary>
internal static class Play
{
    /// <summary>Looks of an experiment.</summary>
    public const int Looks = 60;

    /// <summary>Chance of a false finding that is allowed, over all looks and arms.</summary>
    public const double Alpha = 0.05;

    /// <summary>Plays one experiment.</summary>
    public static Outcome Once(Setting setting, int seed)
    {
        Random random = new(seed);
        var (count, sums, squares) = (0.0, new double[setting.Arms], new double[setting.Arms]);
        Outcome outcome = default;
        for (var look = 0; look < Looks; look++)
        {
            for (var arm = 0; arm < setting.Arms; arm++)
                for (var user = 0; user < setting.PerLook; user++)
                {
                    if (random.NextDouble() >= setting.Rate)
                        continue;
                    var value = setting.Value?.Invoke(random) ?? 1;
                    sums[arm] += value;
                    squares[arm] += value * value;
                }

            count += setting.PerLook;
            if (count >= Needed(setting))
                outcome = Look(setting, count, sums, squares, outcome);
        }

        return outcome;
    }

    /// <summary>Users of an arm before the first look.</summary>
    private static int Needed(Setting setting) => setting.Value is null ? 200 : MeanSequence.LeastSamples;

    private static Outcome Look(Setting setting, double count, double[] sums, double[] squares, Outcome before)
    {
        var (winner, finding, missed, naive) = before;
        var level = Alpha / (setting.Arms - 1);
        for (var arm = 0; arm < setting.Arms; arm++)
        {
            missed |= !Holds(setting, count, sums[arm], squares[arm], Alpha / setting.Arms);
            if (arm == 0)
                continue;
            var (higher, lower) = setting.Value is null
                ? Rates(new(count, sums[arm]), new(count, sums[0]), level)
                : Means(ArmMoments.Of(count, sums[arm], squares[arm]), ArmMoments.Of(count, sums[0], squares[0]), level);
            winner |= higher;
            finding |= higher || lower;
            var error = Math.Sqrt((Variance(count, sums[arm], squares[arm]) + Variance(count, sums[0], squares[0])) / count);
            naive |= error > 0 && Math.Abs(sums[arm] - sums[0]) / count / error > 1.96;
        }

        return new(winner, finding, missed, naive);
    }

    /// <summary>The bounds are those of RateRatioSequence: a ratio is outside exactly when its evidence reaches 2/alpha.</summary>
    private static (bool Higher, bool Lower) Rates(BinomialArm arm, BinomialArm control, double alpha) => (
        RateRatioSequence.LogEvidenceAbove(arm, control, 1) >= Math.Log(2 / alpha), RateRatioSequence.LogEvidenceAbove(control, arm, 1) >= Math.Log(2 / alpha));

    private static (bool Higher, bool Lower) Means(ArmMoments arm, ArmMoments control, double alpha)
    {
        var effect = MeanSequence.Difference(arm, control, alpha, MeanSequence.LeastSamples);
        return (effect.IsHigher, effect.IsLower);
    }

    private static bool Holds(Setting setting, double count, double sum, double squares, double alpha)
    {
        if (setting.Value is null)
            return RateSequence.LogEvidence(new(count, sum), setting.Rate) < -Math.Log(alpha);
        var bounds = MeanSequence.Of(ArmMoments.Of(count, sum, squares), alpha, MeanSequence.LeastSamples);
        return bounds.Lower <= setting.Truth && setting.Truth <= bounds.Upper;
    }

    private static double Variance(double count, double sum, double squares) => ArmMoments.Of(count, sum, squares).Variance;
}
