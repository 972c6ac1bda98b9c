using System.Globalization;
using System.Runtime.Intrinsics;
using ModelOperator.ModelFormat;

namespace ModelOperator.Server.Drift;

/// <summary>One feature's bins: intervals of a number or the most frequent categories, then "other" for rarer categories, then "missing".</summary>
internal sealed class FeatureBinning
{
    /// <summary>Categories with a bin of their own.</summary>
    internal const int MostCategories = 32;

    private readonly float[] _bounds = [];
    private readonly int[] _binOfCode = [];
    private readonly float _min;
    private readonly float _max;

    /// <param name="feature">The feature.</param>
    /// <param name="column">Its position in a row.</param>
    /// <param name="offset">Where its counters begin.</param>
    internal FeatureBinning(FeatureDocument feature, int column, int offset)
    {
        var profile = feature.Profile;
        (Name, Column, Offset) = (feature.Name, column, offset);
        long[] counts;
        if (profile.Bins is { } bins)
        {
            // Nothing is above infinity.
            _bounds = new float[bins.Bounds.Count + (-bins.Bounds.Count & (Vector128<float>.Count - 1))];
            Array.Fill(_bounds, float.PositiveInfinity);
            bins.Bounds.CopyTo(_bounds);
            (_min, _max) = ((float)(profile.Min ?? double.NegativeInfinity), (float)(profile.Max ?? double.PositiveInfinity));
            counts = [.. bins.Counts, profile.Missing];
            Labels = new string[bins.Bounds.Count + 2];
            for (var bin = 0; bin < bins.Bounds.Count; bin++)
                Labels[bin] = "<=" + Text(bins.Bounds[bin]);
            (Labels[^2], Labels[^1]) = (bins.Bounds.Count == 0 ? "any" : ">" + Text(bins.Bounds[^1]), "missing");
        }
        else
        {
            var codes = Frequent(feature);
            _binOfCode = new int[feature.Categories!.Count];
            Array.Fill(_binOfCode, codes.Count);
            for (var bin = 0; bin < codes.Count; bin++)
                _binOfCode[codes[bin]] = bin;
            counts = new long[codes.Count + 2];
            for (var code = 0; code < _binOfCode.Length; code++)
                counts[_binOfCode[code]] += profile.CategoryCounts!.GetValueOrDefault(feature.Categories[code]);
            counts[^1] = profile.Missing;
            Labels = new string[counts.Length];
            for (var bin = 0; bin < codes.Count; bin++)
                Labels[bin] = "=" + feature.Categories[codes[bin]];
            (Labels[^2], Labels[^1]) = ("other", "missing");
        }

        Shares = DriftStatistics.Shares(counts);
        PresentShares = DriftStatistics.Shares(counts.AsSpan(..^1));
    }

    internal string Name { get; }

    internal int Column { get; }

    internal int Offset { get; }

    /// <summary>What each bin holds, for people and as a metric's label.</summary>
    internal string[] Labels { get; }

    /// <summary>Share of the training rows in each bin.</summary>
    internal double[] Shares { get; }

    /// <summary>The same of the rows that have a value.</summary>
    internal double[] PresentShares { get; }

    internal bool IsNumber => _binOfCode.Length == 0;

    /// <summary>Counter of values below what training saw.</summary>
    internal int Below => Offset + Labels.Length;

    /// <summary>Counter of values above what training saw.</summary>
    internal int Above => Below + 1;

    /// <summary>Counters, those of the bins first.</summary>
    internal int Length => Labels.Length + (IsNumber ? 2 : 0);

    /// <summary>Whether the model says enough about a feature.</summary>
    internal static bool Has(FeatureDocument feature) =>
        feature.Profile.Bins is not null || feature is { Type: FeatureType.Categorical, Profile.CategoryCounts: not null };

    /// <summary>Counts a column's values.</summary>
    /// <param name="values">Rows, from this feature's value in the first of them on.</param>
    /// <param name="columns">Columns of a row.</param>
    /// <param name="counters">Raised by atomic increments, once for all values of a bin.</param>
    internal void Count(ReadOnlySpan<float> values, int columns, long[] counters)
    {
        if (values.Length <= columns)
        {
            var (bin, outside) = Place(values[0]);
            Interlocked.Increment(ref counters[Offset + bin]);
            if (outside > 0)
                Interlocked.Increment(ref counters[Offset + outside]);
            return;
        }

        Span<int> counts = stackalloc int[Length];
        counts.Clear();
        for (var at = 0; at < values.Length; at += columns)
        {
            var (bin, outside) = Place(values[at]);
            counts[bin]++;
            if (outside > 0)
                counts[outside]++;
        }

        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] > 0)
                Interlocked.Add(ref counters[Offset + i], counts[i]);
        }
    }

    /// <returns>The bin, and the counter of values beyond what training saw that counts it too; 0 for none.</returns>
    private (int Bin, int Outside) Place(float value)
    {
        if (float.IsNaN(value))
            return (Labels.Length - 1, 0);
        if (!IsNumber)
            return (_binOfCode[(int)value], 0);
        var above = Vector128<int>.Zero;
        for (var at = 0; at < _bounds.Length; at += Vector128<float>.Count)
            above -= Vector128.GreaterThan(Vector128.Create(value), Vector128.Create(_bounds.AsSpan(at))).AsInt32();
        return (Vector128.Sum(above), value < _min ? Labels.Length : value > _max ? Labels.Length + 1 : 0);
    }

    private static List<int> Frequent(FeatureDocument feature)
    {
        var counts = new long[feature.Categories!.Count];
        List<int> codes = new(counts.Length);
        for (var code = 0; code < counts.Length; code++)
        {
            counts[code] = feature.Profile.CategoryCounts!.GetValueOrDefault(feature.Categories[code]);
            codes.Add(code);
        }

        codes.Sort((left, right) => counts[left] == counts[right] ? left.CompareTo(right) : counts[right].CompareTo(counts[left]));
        return codes.Count > MostCategories ? codes[..MostCategories] : codes;
    }

    private static string Text(float bound) => bound.ToString("R", CultureInfo.InvariantCulture);
}
