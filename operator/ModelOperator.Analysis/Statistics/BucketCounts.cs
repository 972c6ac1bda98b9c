using System.Collections.Immutable;
using System.Globalization;

namespace ModelOperator.Analysis;

/// <summary>A histogram in order, with the small inconsistencies of extrapolated counts mended.</summary>
internal sealed class BucketCounts
{
    private readonly ImmutableArray<double> _cumulative;

    private BucketCounts(ImmutableArray<double> bounds, ImmutableArray<double> cumulative, double total)
    {
        Bounds = bounds;
        _cumulative = cumulative;
        Total = total;
    }

    /// <summary>Finite upper bounds, rising.</summary>
    public ImmutableArray<double> Bounds { get; }

    /// <summary>All observations.</summary>
    public double Total { get; }

    /// <summary>All observations, as a whole number.</summary>
    public long Samples => (long)Math.Min(Math.Round(Total), 9e15);

    /// <summary>Reads buckets; null when they are no histogram.</summary>
    public static BucketCounts? Of(ImmutableArray<HistogramBucket> buckets)
    {
        var ordered = buckets.OrderBy(bucket => bucket.UpperBound).ToArray();
        if (ordered.Length < 2 || !double.IsPositiveInfinity(ordered[^1].UpperBound))
            return null;
        var cumulative = ImmutableArray.CreateBuilder<double>(ordered.Length);
        var highest = 0.0;
        for (var i = 0; i < ordered.Length; i++)
        {
            if (!double.IsFinite(ordered[i].Count) || ordered[i].Count < 0 || (i > 0 && ordered[i].UpperBound.Equals(ordered[i - 1].UpperBound)))
                return null;
            // Scrapes of neighbouring buckets may differ by an instant; Prometheus' own quantile mends it in the same way.
            highest = Math.Max(highest, ordered[i].Count);
            cumulative.Add(highest);
        }

        return new([.. ordered.Take(ordered.Length - 1).Select(bucket => bucket.UpperBound)], [.. cumulative.Take(ordered.Length - 1)], highest);
    }

    /// <summary>Why an answer is no histogram with observations; null when it is one.</summary>
    public static DecisionRecord? Unusable(Sample sample, string subject, bool baseline)
    {
        if (NoBuckets(sample, subject, baseline) is { } missing)
            return missing;
        if (Of(sample.Buckets) is not { } counts)
            return new(Verdict.Error, Reason(Reasons.InvalidHistogram, baseline), $"{subject}: the buckets need one at +Inf and counts from 0 on.");
        return counts.Total > 0 ? null : new(Verdict.NoData, Reason(Reasons.EmptyResult, baseline), $"{subject}: there is no observation yet.");
    }

    /// <summary>Why an answer has no buckets; null when it has.</summary>
    public static DecisionRecord? NoBuckets(Sample sample, string subject, bool baseline)
    {
        if (!sample.Buckets.IsEmpty)
            return null;
        return sample.Unusable() is { Reason: not Reasons.SeveralSeries }
            ? DecisionRecord.Unusable(sample, subject, baseline)
            : new(Verdict.Error, Reason(Reasons.InvalidHistogram, baseline), $"{subject}: the query must return one series per bucket with the label le.");
    }

    private static string Reason(string reason, bool baseline) => baseline ? Reasons.OfBaseline(reason) : reason;

    public bool SameBounds(BucketCounts other) => Bounds.AsSpan().SequenceEqual(other.Bounds.AsSpan());

    public double AtMost(int bound) => _cumulative[bound];

    /// <summary>Observations in one bucket; the last is the one beyond all bounds.</summary>
    public double Within(int bucket) => (bucket < Bounds.Length ? _cumulative[bucket] : Total) - (bucket > 0 ? _cumulative[bucket - 1] : 0);

    public double Above(int bound) => Total - _cumulative[bound];

    /// <summary>The bucket that the sample's quantile lies in.</summary>
    public string Bucket(double quantile)
    {
        var i = Index(quantile);
        var low = i == 0 ? "-Inf" : CanonicalNumber.Format(Bounds[i - 1]);
        return i < Bounds.Length
            ? string.Create(CultureInfo.InvariantCulture, $"({low}, {CanonicalNumber.Format(Bounds[i])}]")
            : string.Create(CultureInfo.InvariantCulture, $"({low}, +Inf)");
    }

    /// <summary>The quantile by straight lines within buckets, as histogram_quantile gives it: for people, nothing rests on it.</summary>
    public double Interpolated(double quantile)
    {
        var i = Index(quantile);
        if (i == Bounds.Length)
            return Bounds[^1];
        var low = i > 0 ? Bounds[i - 1] : Math.Min(0, Bounds[0]);
        var before = i > 0 ? _cumulative[i - 1] : 0;
        var inside = _cumulative[i] - before;
        return inside > 0 ? low + ((Bounds[i] - low) * ((quantile * Total) - before) / inside) : Bounds[i];
    }

    private int Index(double quantile)
    {
        var i = 0;
        while (i < Bounds.Length && _cumulative[i] < quantile * Total)
            i++;
        return i;
    }
}
