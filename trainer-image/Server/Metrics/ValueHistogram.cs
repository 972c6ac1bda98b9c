using ModelOperator.ModelFormat;

namespace ModelOperator.Server.Metrics;

/// <summary>Counts values per bucket without locks. All versions of a model (with the same classes) have the same buckets, so that their distributions can be compared.</summary>
internal sealed class ValueHistogram(double[] bounds)
{
    private static readonly int[] Digits = [1, 2, 5];

    /// <summary>Bounds of probabilities: narrow where models are sure.</summary>
    internal static readonly double[] Scores =
    [
        0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5,
        0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.925, 0.95, 0.97, 0.98, 0.99, 0.995, 0.998, 0.999,
    ];

    /// <summary>Bounds of numbers of any size: 1, 2, 5 of every decade from 0.001 to 5,000,000, of either sign.</summary>
    internal static readonly double[] Numbers = Decades();

    private readonly long[] _buckets = new long[bounds.Length + 1];
    private double _sum;

    /// <summary>Upper bounds.</summary>
    internal double[] Bounds => bounds;

    /// <summary>The buckets that suit a target.</summary>
    internal static double[] BoundsOf(TargetDocument target) => target.Type switch
    {
        TargetType.Regression => Numbers,
        TargetType.Binary => Scores,
        // Positions of classes.
        _ => [.. Enumerable.Range(0, target.Outputs).Select(position => (double)position)],
    };

    internal void Observe(ReadOnlySpan<float> values)
    {
        var sum = 0.0;
        Span<int> counts = stackalloc int[_buckets.Length];
        counts.Clear();
        foreach (var value in values)
        {
            counts[Bucket(value)]++;
            sum += value;
        }

        for (var bucket = 0; bucket < counts.Length; bucket++)
        {
            if (counts[bucket] > 0)
                Interlocked.Add(ref _buckets[bucket], counts[bucket]);
        }

        Add(sum);
    }

    internal void Observe(double value)
    {
        Interlocked.Increment(ref _buckets[Bucket(value)]);
        Add(value);
    }

    /// <summary>Cumulative counts per bound, the last one being all, and the sum.</summary>
    internal (long[] Cumulative, double Sum) Read()
    {
        var cumulative = new long[_buckets.Length];
        long sum = 0;
        for (var i = 0; i < _buckets.Length; i++)
            cumulative[i] = sum += Interlocked.Read(ref _buckets[i]);
        return (cumulative, Volatile.Read(ref _sum));
    }

    private static double[] Decades()
    {
        const int Powers = 10;
        var bounds = new double[(2 * Powers * Digits.Length) + 1];
        for (var i = 0; i < Powers * Digits.Length; i++)
        {
            var value = Math.Round(Digits[i % Digits.Length] * Math.Pow(10, (i / Digits.Length) - 3), 3);
            (bounds[(bounds.Length / 2) + 1 + i], bounds[(bounds.Length / 2) - 1 - i]) = (value, -value);
        }

        return bounds;
    }

    private int Bucket(double value)
    {
        // What is no number is beyond every bound.
        var at = double.IsNaN(value) ? bounds.Length : Array.BinarySearch(bounds, value);
        return at < 0 ? ~at : at;
    }

    private void Add(double value)
    {
        for (var seen = Volatile.Read(ref _sum); ;)
        {
            var before = Interlocked.CompareExchange(ref _sum, seen + value, seen);
            // Bits, for NaN is not equal to itself.
            if (BitConverter.DoubleToInt64Bits(before) == BitConverter.DoubleToInt64Bits(seen))
                return;
            seen = before;
        }
    }
}
