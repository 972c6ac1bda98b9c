using ModelOperator.ModelFormat;

namespace ModelOperator.Trainer.Data;

/// <summary>How one column becomes numbers: the model's category order, and the way there from the codes of reading.</summary>
/// <param name="Column">The column.</param>
/// <param name="Categories">Categories by code, or null for a number.</param>
/// <param name="Codes">The model's code (NaN when training rows lack it) by reading code.</param>
public sealed record FeatureEncoding(TableColumn Column, IReadOnlyList<string>? Categories, IReadOnlyList<float> Codes)
{
    /// <summary>Writes what learners are fed of these rows, every <paramref name="step"/> places.</summary>
    internal void Fill(Span<float> values, int step, IReadOnlyList<int> rows)
    {
        var numbers = Column.Numbers;
        for (int i = 0, at = 0; i < rows.Count; i++, at += step)
        {
            var value = numbers[rows[i]];
            values[at] = Categories is null || float.IsNaN(value) ? value : Codes[(int)value];
        }
    }

    /// <summary>
    /// Orders categories by the mean target of their training rows (ties by text), so that one split can part the low from the high;
    /// trees split an ordered code far better than an alphabetical one. Categories that no training row has get no code.
    /// </summary>
    public static FeatureEncoding Learn(TableColumn column, IReadOnlyList<int> trainRows, IReadOnlyList<float> trainTargets)
    {
        if (column.Type == FeatureType.Numeric)
            return new FeatureEncoding(column, null, []);
        var sums = new double[column.Categories.Count];
        var counts = new long[column.Categories.Count];
        for (var i = 0; i < trainRows.Count; i++)
        {
            var code = column.Values[trainRows[i]];
            if (float.IsNaN(code))
                continue;
            sums[(int)code] += trainTargets[i];
            counts[(int)code]++;
        }

        var order = Enumerable.Range(0, counts.Length).Where(code => counts[code] > 0)
            .OrderBy(code => sums[code] / counts[code]).ThenBy(code => column.Categories[code], StringComparer.Ordinal).ToList();
        var codes = Enumerable.Repeat(float.NaN, counts.Length).ToArray();
        for (var i = 0; i < order.Count; i++)
            codes[order[i]] = i;
        return new FeatureEncoding(column, [.. order.Select(code => column.Categories[code])], codes);
    }
}
