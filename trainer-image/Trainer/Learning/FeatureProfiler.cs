using ModelOperator.ModelFormat;
using ModelOperator.Trainer.Data;

namespace ModelOperator.Trainer.Learning;

/// <summary>Describes what the training rows hold, column by column.</summary>
public static class FeatureProfiler
{
    private static readonly (string Name, double Share)[] Shares =
        [("p01", 0.01), ("p05", 0.05), ("p25", 0.25), ("p50", 0.5), ("p75", 0.75), ("p95", 0.95), ("p99", 0.99)];

    public static FeatureProfile Describe(TableColumn column, IReadOnlyList<int> rows)
    {
        var values = Present(column, rows);
        var profile = new FeatureProfile { Count = values.Length, Missing = rows.Count - values.Length };
        if (column.Type == FeatureType.Categorical)
        {
            profile.CategoryCounts = new SortedDictionary<string, long>(StringComparer.Ordinal);
            foreach (var group in values.GroupBy(code => (int)code))
                profile.CategoryCounts[column.Categories[group.Key]] = group.LongCount();
        }
        else if (values.Length > 0)
        {
            DescribeNumbers(profile, values);
        }

        return profile;
    }

    private static float[] Present(TableColumn column, IReadOnlyList<int> rows)
    {
        var numbers = column.Numbers;
        var values = new float[rows.Count];
        var count = 0;
        for (var i = 0; i < rows.Count; i++)
        {
            var value = numbers[rows[i]];
            if (!float.IsNaN(value))
                values[count++] = value;
        }

        return count == values.Length ? values : values[..count];
    }

    private static void DescribeNumbers(FeatureProfile profile, float[] values)
    {
        ValueSort.Ascending(values);
        double sum = 0, squares = 0;
        foreach (var value in values)
            sum += value;
        var mean = sum / values.Length;
        foreach (var value in values)
            squares += (value - mean) * (value - mean);
        profile.Mean = mean;
        profile.Std = Math.Sqrt(squares / values.Length);
        profile.Min = values[0];
        profile.Max = values[^1];
        profile.Bins = FeatureBins.Of(values);
        profile.Quantiles = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var (name, share) in Shares)
            profile.Quantiles[name] = Quantile(values, share);
    }

    /// <summary>Linear between order statistics (type 7 of Hyndman and Fan, NumPy's default).</summary>
    internal static double Quantile(float[] sorted, double share)
    {
        var position = share * (sorted.Length - 1);
        var low = (int)position;
        var high = Math.Min(low + 1, sorted.Length - 1);
        return sorted[low] + ((position - low) * ((double)sorted[high] - sorted[low]));
    }
}
