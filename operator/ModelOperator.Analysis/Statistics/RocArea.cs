namespace ModelOperator.Analysis;

/// <summary>An area under a ROC curve from two histograms; ties count one half.</summary>
/// <param name="Area">The area.</param>
/// <param name="Variance">Its variance.</param>
/// <param name="Count">Predictions behind it.</param>
/// <param name="Least">Predictions of the rarer class.</param>
internal readonly record struct RocArea(double Area, double Variance, double Count, double Least)
{
    /// <summary>The area, of two histograms that are not empty.</summary>
    public static RocArea Of(BucketCounts positives, BucketCounts negatives)
    {
        var (p, n) = (positives.Total, negatives.Total);
        var bins = positives.Bounds.Length + 1;
        var (area, below) = (0.0, 0.0);
        for (var i = 0; i < bins; i++)
        {
            area += positives.Within(i) * (below + (negatives.Within(i) / 2)) / (p * n);
            below += negatives.Within(i);
        }

        var (ofPositives, ofNegatives) = (0.0, 0.0);
        var (negativesBelow, positivesAbove) = (0.0, p);
        for (var i = 0; i < bins; i++)
        {
            positivesAbove -= positives.Within(i);
            ofPositives += positives.Within(i) * Square(((negativesBelow + (negatives.Within(i) / 2)) / n) - area);
            ofNegatives += negatives.Within(i) * Square(((positivesAbove + (positives.Within(i) / 2)) / p) - area);
            negativesBelow += negatives.Within(i);
        }

        var deLong = (ofPositives / (Math.Max(1, p - 1) * p)) + (ofNegatives / (Math.Max(1, n - 1) * n));
        return new(area, Math.Max(deLong, HanleyMcNeil(area, p, n)), p + n, Math.Min(p, n));
    }

    private static double HanleyMcNeil(double area, double p, double n)
    {
        var (two, one) = (area / (2 - area), 2 * area * area / (1 + area));
        return Math.Max(0, ((area * (1 - area)) + ((p - 1) * (two - (area * area))) + ((n - 1) * (one - (area * area)))) / (p * n));
    }

    private static double Square(double x) => x * x;
}
