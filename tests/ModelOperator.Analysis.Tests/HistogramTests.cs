using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using static ModelOperator.Analysis.Tests.ReferenceTable;

namespace ModelOperator.Analysis.Tests;

/// <summary>What is read from histograms: areas under ROC curves, and the stability of a population.</summary>
public sealed class HistogramTests
{
    private static Sample Histogram(IEnumerable<double> counts)
    {
        var buckets = ImmutableArray.CreateBuilder<HistogramBucket>();
        var values = counts.ToArray();
        var sum = 0.0;
        for (var i = 0; i < values.Length; i++)
            buckets.Add(new(i == values.Length - 1 ? double.PositiveInfinity : i, sum += values[i]));
        return Sample.Of(buckets.Select(bucket => bucket.Count).ToArray()) with { Buckets = buckets.ToImmutable() };
    }

    private static LabelledScores Scores(double[] positives, double[] negatives) => new(Histogram(positives), Histogram(negatives));

    [Fact]
    public void The_chi_square_tail_agrees()
    {
        foreach (var row in Read("chi-square"))
            Close(Number(row[2]), SpecialFunctions.ChiSquareUpperTail(Number(row[0]), Number(row[1])), 1e-9, string.Join(' ', row));
    }

    [Fact]
    public void The_area_and_its_variance_agree_with_the_single_predictions()
    {
        foreach (var row in Read("auc"))
        {
            var curve = Scores(Numbers(row[0]), Numbers(row[1])).Curve();
            Close(Number(row[2]), curve.Area, 1e-9, "area");
            Close(Math.Max(Number(row[3]), Number(row[4])), curve.Variance, 1e-9, "variance");
        }
    }

    [Fact]
    public void The_stability_index_and_its_tail_agree()
    {
        foreach (var row in Read("stability"))
        {
            var (canary, stable) = (Histogram(Numbers(row[0])), Histogram(Numbers(row[1])));
            Close(Number(row[2]), PopulationStability.ValueOf(canary, stable).Value, 1e-9, "index");
            var record = new PopulationStability(0.01, 0.1, 1).Judge(canary, stable, 1);
            Close(Number(row[3]), Number(record.PValue!), 1e-5, "p");
        }
    }

    private static readonly double[] Low = [30, 40, 20, 10];
    private static readonly double[] High = [10, 20, 40, 30];
    private static readonly double[] None = [0, 0, 0, 0];

    public static TheoryData<double[], double[], double[], double[], Verdict, string> Areas() => new()
    {
        { High, Low, High, Low, Verdict.Successful, Reasons.NoEvidenceOfHarm },
        { Low, High, High, Low, Verdict.Failed, Reasons.HarmDetected },
        { High, Low, Low, High, Verdict.Successful, Reasons.NoEvidenceOfHarm },
        { [2, 2, 2, 3], Low, High, Low, Verdict.Running, Reasons.MinSamplesNotReached },
        { None, Low, High, Low, Verdict.NoData, Reasons.EmptyResult },
        { High, None, High, Low, Verdict.NoData, Reasons.EmptyResult },
        { High, Low, None, Low, Verdict.NoData, "BaselineEmptyResult" },
        { [10, 20, 40], Low, High, Low, Verdict.Error, Reasons.InvalidHistogram },
    };

    [Theory]
    [MemberData(nameof(Areas))]
    public void An_area_is_judged_beside_the_stable_one(double[] positives, double[] negatives, double[] stablePositives, double[] stableNegatives, Verdict verdict, string reason)
    {
        var record = new AucComparison(0.01, 0.02, 100).Judge(Scores(positives, negatives), Scores(stablePositives, stableNegatives), 1);
        Assert.Equal((verdict, reason), (record.Verdict, record.Reason));
    }

    [Fact]
    public void An_area_needs_both_labels_and_is_never_a_pass_without()
    {
        Assert.Equal(SampleKind.NotANumber, Scores(High, None).Area().Kind);
        Assert.Equal(SampleKind.Empty, new LabelledScores(Sample.Empty, Histogram(Low)).Area().Kind);
        Assert.Equal(SampleKind.QueryFailed, new LabelledScores(Histogram(Low), Sample.Failure("down")).Area().Kind);
        Assert.Equal(Reasons.QueryFailed, new AucComparison(0.01, 0, 1).Judge(new(Sample.Failure("down"), Sample.Empty), Scores(High, Low), 1).Reason);
        Assert.Equal(Reasons.InvalidComparison, new AucComparison(0.01, 1, 1).Judge(Scores(High, Low), Scores(High, Low), 1).Reason);
        Assert.Equal(Reasons.InvalidHistogram, new AucComparison(0.01, 0, 1).Judge(new(Sample.Of(1.0), Histogram(Low)), Scores(High, Low), 1).Reason);
    }

    private static double[] Times(double[] counts, double by) => [.. counts.Select(count => count * by)];

    public static TheoryData<double[], double[], double, long, Verdict, string> Drifts() => new()
    {
        { Low, Low, 0.25, 100, Verdict.Successful, Reasons.WithinTolerance },
        { High, Low, 0.25, 100, Verdict.Failed, Reasons.PredictionsDrifted },
        { High, Low, 0.25, 101, Verdict.Running, Reasons.MinSamplesNotReached },
        { High, Low, 2, 100, Verdict.Successful, Reasons.WithinTolerance },
        // The same shape of twelve predictions is what chance does.
        { Times(High, 0.12), Times(Low, 0.12), 0.25, 10, Verdict.Running, Reasons.EvidenceLeansToHarm },
        { None, Low, 0.25, 1, Verdict.NoData, Reasons.EmptyResult },
        { Low, None, 0.25, 1, Verdict.NoData, "BaselineEmptyResult" },
        { [1, 2, 3], Low, 0.25, 1, Verdict.Error, Reasons.InvalidHistogram },
        { [0, 0, 100, 0], [0, 0, 100, 0], 0, 100, Verdict.Successful, Reasons.WithinTolerance },
        { Low, Low, -1, 100, Verdict.Error, Reasons.InvalidComparison },
    };

    [Theory]
    [MemberData(nameof(Drifts))]
    public void Predictions_are_judged_by_their_distribution(double[] canary, double[] stable, double tolerance, long samples, Verdict verdict, string reason)
    {
        var record = new PopulationStability(0.01, tolerance, samples).Judge(Histogram(canary), Histogram(stable), 1);
        Assert.Equal((verdict, reason), (record.Verdict, record.Reason));
    }

    private static readonly Gen<double[]> Counts = Gen.Choose(0, 60).Select(i => (double)i).ArrayOf(8);

    [Fact]
    public void Areas_lie_between_0_and_1_and_turn_with_the_labels() => Prop.ForAll(Counts.ToArbitrary(), Counts.ToArbitrary(), (x, y) =>
    {
        if (x.Sum() <= 0 || y.Sum() <= 0)
            return Scores(x, y).Area().Kind == SampleKind.NotANumber;
        var (one, other) = (Scores(x, y).Curve(), Scores(y, x).Curve());
        return one.Area is >= 0 and <= 1 && Math.Abs(one.Area + other.Area - 1) < 1e-9 && one.Variance >= 0 && double.IsFinite(one.Variance);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_index_is_not_negative_turns_with_the_arms_and_is_nothing_for_equal_ones() => Prop.ForAll(Counts.ToArbitrary(), Counts.ToArbitrary(), (x, y) =>
    {
        if (x.Sum() <= 0 || y.Sum() <= 0)
            return true;
        var (one, other, same) = (PopulationStability.ValueOf(Histogram(x), Histogram(y)), PopulationStability.ValueOf(Histogram(y), Histogram(x)), PopulationStability.ValueOf(Histogram(x), Histogram(x)));
        return one.Value >= 0 && double.IsFinite(one.Value) && Math.Abs(one.Value - other.Value) < 1e-9 && Math.Abs(same.Value) < 1e-12;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Equal_versions_looked_at_forty_times_drift_in_at_most_alpha_of_the_cases()
    {
        var random = new Random(5);
        var alarms = 0;
        for (var run = 0; run < 300; run++)
        {
            var (canary, stable) = (new double[12], new double[12]);
            for (var look = 1; look <= 40; look++)
            {
                for (var i = 0; i < 50; i++)
                    canary[random.Next(12)]++;
                for (var i = 0; i < 500; i++)
                    stable[random.Next(12)]++;
                if (new PopulationStability(0.05, 0, 0).Judge(Histogram(canary), Histogram(stable), look).Verdict == Verdict.Failed)
                {
                    alarms++;
                    break;
                }
            }
        }

        Assert.InRange(alarms, 0, 25);
    }
}
