using ModelOperator.Api;
using System.Collections.Immutable;
using ModelOperator.Analysis;

namespace ModelOperator.CanaryDeployments;

/// <summary>
/// Judges a look at an A/B test. Pure. Every comparison of an arm with the control has a confidence sequence at alpha / (arms to compare x metrics), so that by
/// Boole's inequality (C. Bonferroni, 1936; O. J. Dunn, J. Am. Stat. Assoc. 56 (1961)) all of them hold together, at all looks, with 1 - alpha.
/// </summary>
public static class AbTestJudge
{
    /// <summary>Verdict of an arm that is shown to be better than the control.</summary>
    public const string Better = nameof(Better);

    /// <summary>Judges.</summary>
    /// <param name="test">The test.</param>
    /// <param name="look">Counts of every arm and metric of the test.</param>
    /// <param name="pods">
    /// Gateway Pods that may each have counted the same user. Counts are divided by it: a user's evidence then weighs at most as much as one observation, which
    /// keeps the e-values valid (their power to a share is at most their mean's) and costs samples where users were counted once.
    /// </param>
    public static AbTestFinding Judge(AbTest test, AbTestLook look, int pods)
    {
        var alpha = DecimalText.Parse(test.Alpha) ?? double.NaN;
        var users = look.Arms.Select(arm => arm.Users / Math.Max(1, pods)).ToArray();
        var rows = ImmutableArray.CreateBuilder<AbTestMetricStatus>();
        // By metric, then by arm.
        int[][] verdicts = [.. test.Metrics.Select(_ => new int[test.Arms.Count])];
        for (var m = 0; m < test.Metrics.Count; m++)
        {
            var metric = test.Metrics[m];
            var measures = look.Arms.Select((arm, i) => Measure(metric, users[i], arm.Metrics[m], Math.Max(1, pods), test.MinSamples)).ToArray();
            for (var i = 0; i < test.Arms.Count; i++)
            {
                var effect = i == 0 ? null : measures[i]?.Beside(measures[0], alpha / ((test.Arms.Count - 1) * test.Metrics.Count));
                var good = metric.Harm == HarmDirection.Decrease ? effect?.IsHigher : effect?.IsLower;
                var bad = metric.Harm == HarmDirection.Decrease ? effect?.IsLower : effect?.IsHigher;
                verdicts[m][i] = good == true ? 1 : bad == true ? -1 : 0;
                rows.Add(Row(metric.Name, test.Arms[i].Name, measures[i], alpha / (test.Arms.Count * test.Metrics.Count), effect, i == 0 ? null : verdicts[m][i]));
            }
        }

        var least = (long)users.Min();
        if (least < test.MinSamples)
            return new(rows.ToImmutable(), null, false, least);
        var others = Enumerable.Range(1, test.Arms.Count - 1).ToArray();
        var winners = others.Where(i => verdicts[0][i] > 0 && verdicts.All(metric => metric[i] >= 0)).ToArray();
        var sign = test.Metrics[0].Harm == HarmDirection.Decrease ? 1 : -1;
        var best = winners.Length == 0 ? null : test.Arms[winners.MaxBy(i => sign * Value(test.Metrics[0], users[i], look.Arms[i].Metrics[0], Math.Max(1, pods)))].Name;
        return new(rows.ToImmutable(), best, others.All(i => verdicts[0][i] < 0), least);
    }

    private static double Value(AbTestMetric metric, double users, (double Conversions, double Sum, double Squares) counts, int pods) =>
        (metric.Type == AbTestMetricType.MeanValue ? counts.Sum : counts.Conversions) / pods / users;

    private static Measured? Measure(AbTestMetric metric, double users, (double Conversions, double Sum, double Squares) counts, int pods, int tuned)
    {
        if (metric.Type == AbTestMetricType.MeanValue)
            return users >= MeanSequence.LeastSamples ? new(null, ArmMoments.Of(users, counts.Sum / pods, counts.Squares / pods), Math.Max(tuned, MeanSequence.LeastSamples)) : null;
        return users > 0 ? new(new(users, Math.Max(0, counts.Conversions / pods)), null, tuned) : null;
    }

    private static AbTestMetricStatus Row(string metric, string arm, Measured? measured, double alpha, ArmEffect? effect, int? verdict) => new()
    {
        Name = metric,
        Arm = arm,
        Value = measured is null ? null : CanonicalNumber.Format(measured.Value),
        Interval = measured?.Bounds(alpha).ToString(),
        Effect = effect is { } e ? CanonicalNumber.Format(e.Value) : null,
        EffectInterval = effect?.Bounds.ToString(),
        Verdict = verdict switch { null => null, > 0 => Better, < 0 => "Worse", _ => "Undecided" },
    };

    /// <summary>A rate, or a mean.</summary>
    private sealed record Measured(BinomialArm? Rate, ArmMoments? Mean, double Tuned)
    {
        public double Value => Mean?.Mean ?? Math.Min(1, Rate!.Events / Rate.Samples);

        public ConfidenceBounds Bounds(double alpha) => Mean is null ? RateSequence.Of(Rate!, alpha) : MeanSequence.Of(Mean, alpha, Tuned);

        public ArmEffect? Beside(Measured? control, double alpha) => control is null
            ? null
            : Mean is null ? RateRatioSequence.Of(Rate!, control.Rate!, alpha) : MeanSequence.Difference(Mean, control.Mean!, alpha, Tuned);
    }
}
