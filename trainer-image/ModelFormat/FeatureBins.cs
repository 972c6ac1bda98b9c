using System.Text.Json.Serialization;

namespace ModelOperator.ModelFormat;

/// <summary>How many training values of a numeric column lie in each of about ten intervals of equal weight, for measuring drift against.</summary>
public sealed class FeatureBins
{
    private const int Intervals = 10;

    /// <summary>Inclusive upper bounds, ascending; each a value of the column as the 32-bit number that a server compares with.</summary>
    public required List<float> Bounds { get; set; }

    /// <summary>Values up to each bound and above the one before; the last are those above all bounds.</summary>
    public required List<long> Counts { get; set; }

    /// <summary>True when live values can be counted by it.</summary>
    [JsonIgnore]
    public bool IsSound =>
        Counts.Count == Bounds.Count + 1 && Counts.TrueForAll(static count => count >= 0) && Bounds.TrueForAll(float.IsFinite)
        && Bounds.Zip(Bounds.Skip(1)).All(static pair => pair.First < pair.Second);

    /// <summary>Divides a column's values, sorted, at least one.</summary>
    public static FeatureBins Of(float[] sorted)
    {
        List<float> bounds = [];
        for (var i = 1; i < Intervals; i++)
        {
            var bound = sorted[(int)((long)i * (sorted.Length - 1) / Intervals)];
            if (bounds.Count == 0 || bounds[^1] != bound)
                bounds.Add(bound);
        }

        // Of a constant one, both other sides are drift.
        if (sorted[0] == sorted[^1] && MathF.BitDecrement(sorted[0]) is var below && float.IsFinite(below))
            bounds.Insert(0, below);
        List<long> counts = new(bounds.Count + 1) { 0 };
        foreach (var value in sorted)
        {
            while (counts.Count <= bounds.Count && value > bounds[counts.Count - 1])
                counts.Add(0);
            counts[^1]++;
        }

        // Above the last values there may be bounds of none.
        while (counts.Count <= bounds.Count)
            counts.Add(0);
        return new FeatureBins { Bounds = bounds, Counts = counts };
    }
}
