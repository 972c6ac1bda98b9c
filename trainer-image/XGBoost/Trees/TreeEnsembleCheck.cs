using System.Globalization;

namespace ModelOperator.XGBoost.Trees;

/// <summary>Compares walked trees with libxgboost's own predictions.</summary>
public static class TreeEnsembleCheck
{
    private const int Rows = 512;
    private const int Alone = 128;

    /// <summary>Predicts rows that sit on, just beside and between the trees' own thresholds, an eighth of their values missing, by both.</summary>
    /// <returns>Null when all predictions are equal to the last bit, else the first difference.</returns>
    public static string? Difference(TreeEnsemble trees, DensePredictor library)
    {
        var rows = MakeRows(trees);
        var outputs = trees.Outputs;
        var ours = new float[Rows * outputs];
        // Many rows at once go another way than few; the last of these go alone.
        var alone = Rows - Alone;
        trees.Predict(rows.AsSpan(0, alone * trees.Columns), ours.AsSpan(0, alone * outputs));
        for (var row = alone; row < Rows; row++)
            trees.Predict(rows.AsSpan(row * trees.Columns, trees.Columns), ours.AsSpan(row * outputs, outputs));
        var theirs = new float[Rows * outputs];
        for (var start = 0; start < Rows; start += library.Capacity)
        {
            var count = Math.Min(library.Capacity, Rows - start);
            library.Predict(rows.AsSpan(start * trees.Columns, count * trees.Columns), theirs.AsSpan(start * outputs, count * outputs));
        }

        for (var i = 0; i < ours.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(ours[i]) != BitConverter.SingleToInt32Bits(theirs[i]))
                return string.Create(CultureInfo.InvariantCulture, $"{ours[i]:R} where libxgboost {XGBoostLibrary.Version} predicts {theirs[i]:R}");
        }

        return null;
    }

    private static float[] MakeRows(TreeEnsemble trees)
    {
        var rows = new float[Rows * trees.Columns];
        var random = 0x9E3779B97F4A7C15ul;
        for (var column = 0; column < trees.Columns; column++)
        {
            var thresholds = trees.Thresholds(column);
            for (var row = 0; row < Rows; row++)
                rows[(row * trees.Columns) + column] = Pick(thresholds, ref random);
        }

        return rows;
    }

    private static float Pick(float[] thresholds, ref ulong random)
    {
        var choice = Next(ref random) % 8;
        if (choice == 0)
            return float.NaN;
        if (thresholds.Length == 0)
            return Next(ref random) % 1000;
        var threshold = thresholds[Next(ref random) % thresholds.Length];
        return choice switch
        {
            1 or 2 => threshold,
            3 => MathF.BitDecrement(threshold),
            4 => MathF.BitIncrement(threshold),
            _ => (threshold / 2) + (thresholds[Next(ref random) % thresholds.Length] / 2),
        };
    }

    // Xorshift64* (S. Vigna, "An experimental exploration of Marsaglia's xorshift generators, scrambled", 2016): the same rows on every start.
    private static int Next(ref ulong state)
    {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        return (int)((state * 0x2545F4914F6CDD1Dul) >> 33);
    }
}
