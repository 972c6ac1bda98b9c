using System.Collections.Immutable;

namespace ModelOperator.Datasets;

/// <summary>
/// Quantiles of a stream: exact up to <see cref="ExactValues"/> values, beyond that a merging t-digest (Dunning and Ertl, "Computing extremely
/// accurate quantiles using t-digests", 2019, arXiv:1902.04023) with scale function k1(q) = δ/2π · asin(2q−1). The same values in the same order
/// give the same sketch. The rank error is largest in the middle (below 1 % at δ = 200) and shrinks towards both ends. Not thread-safe.
/// </summary>
public sealed class QuantileSketch
{
    /// <summary>δ: about this many centroids are kept.</summary>
    public const double Compression = 200;

    /// <summary>Up to so many values the quantiles are exact.</summary>
    public const int ExactValues = 4096;

    private readonly double[] buffer = new double[ExactValues];
    private List<(double Mean, double Weight)> centroids = [];
    private int buffered;
    private double smallest = double.PositiveInfinity;
    private double greatest = double.NegativeInfinity;

    /// <summary>Values taken in.</summary>
    public long Count { get; private set; }

    /// <summary>Whether all values are still held.</summary>
    public bool IsExact => centroids.Count == 0;

    /// <summary>Takes a finite value in.</summary>
    public void Add(double value)
    {
        if (buffered == buffer.Length)
            Compress([]);
        buffer[buffered++] = value;
        Count++;
        smallest = Math.Min(smallest, value);
        greatest = Math.Max(greatest, value);
    }

    /// <summary>Takes all of another sketch in; the other stays as it is.</summary>
    public void Merge(QuantileSketch other)
    {
        if (other.IsExact)
        {
            foreach (var value in other.buffer.AsSpan(0, other.buffered))
                Add(value);
            return;
        }

        Compress([.. other.centroids, .. other.buffer.Take(other.buffered).Select(static value => (value, 1.0))]);
        Count += other.Count;
        smallest = Math.Min(smallest, other.smallest);
        greatest = Math.Max(greatest, other.greatest);
    }

    /// <summary>The value at a share of the ranks, linear between neighbours; NaN without values.</summary>
    /// <param name="share">0 to 1.</param>
    public double Quantile(double share)
    {
        if (Count == 0)
            return double.NaN;
        if (IsExact)
            return Exact(share);
        if (buffered > 0)
            Compress([]);
        var target = share * Count;
        var (position, value) = (0.0, smallest);
        var before = 0.0;
        foreach (var (mean, weight) in centroids)
        {
            var middle = before + (weight / 2);
            if (target <= middle)
                return Between(target, position, value, middle, mean);
            (position, value) = (middle, mean);
            before += weight;
        }

        return Between(target, position, value, Count, greatest);
    }

    /// <summary>Centroids as mean and weight, ascending; single values while the sketch is exact.</summary>
    public ImmutableArray<(double Mean, double Weight)> Centroids()
    {
        if (IsExact)
            return [.. buffer.Take(buffered).Order().GroupBy(static value => value).Select(static group => (group.Key, (double)group.Count()))];
        if (buffered > 0)
            Compress([]);
        return [.. centroids];
    }

    private double Exact(double share)
    {
        var sorted = buffer.AsSpan(0, buffered).ToArray();
        Array.Sort(sorted);
        var rank = share * (sorted.Length - 1);
        var below = (int)Math.Floor(rank);
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((rank - below) * (sorted[above] - sorted[below]));
    }

    private static double Between(double target, double left, double from, double right, double to) =>
        right <= left ? to : from + ((target - left) / (right - left) * (to - from));

    private void Compress(IEnumerable<(double Mean, double Weight)> more)
    {
        var all = centroids.Concat(more).Concat(buffer.Take(buffered).Select(static value => (Mean: value, Weight: 1.0)))
            .OrderBy(static centroid => centroid.Mean).ToList();
        buffered = 0;
        if (all.Count == 0)
            return;
        var total = all.Sum(static centroid => centroid.Weight);
        var next = new List<(double Mean, double Weight)>();
        var current = all[0];
        var before = 0.0;
        var limit = total * Limit(0);
        foreach (var centroid in all.Skip(1))
        {
            var weight = current.Weight + centroid.Weight;
            if (before + weight <= limit)
            {
                current = (current.Mean + ((centroid.Mean - current.Mean) * centroid.Weight / weight), weight);
                continue;
            }

            next.Add(current);
            before += current.Weight;
            limit = total * Limit(before / total);
            current = centroid;
        }

        next.Add(current);
        centroids = next;
    }

    /// <summary>Greatest share of the ranks that a centroid which starts at <paramref name="share"/> may reach.</summary>
    private static double Limit(double share)
    {
        var k = (Compression / (2 * Math.PI) * Math.Asin(Math.Clamp((2 * share) - 1, -1, 1))) + 1;
        return k >= Compression / 4 ? 1 : (Math.Sin(k * 2 * Math.PI / Compression) + 1) / 2;
    }
}
