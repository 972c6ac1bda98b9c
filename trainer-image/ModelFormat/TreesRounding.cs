namespace ModelOperator.ModelFormat;

/// <summary>Makes trees whose numbers take fewer bytes.</summary>
public static class TreesRounding
{
    /// <summary>The most thresholds of a column that one byte tells apart.</summary>
    public const int MostCuts = 256;

    internal const int MostCode = short.MaxValue;

    /// <summary>
    /// Thresholds rounded to the nearest of at most <see cref="MostCuts"/> for each column, which lie at even ranks among those there are (fewer stay as they
    /// are: histograms of 256 bins have no more); leaves to the nearest multiple of their tree's largest / 32767.
    /// </summary>
    public static TreesModel Round(TreesModel model)
    {
        var cuts = Enumerable.Range(0, model.Columns).Select(_ => new List<float>()).ToArray();
        foreach (var tree in model.Trees)
        {
            for (var node = 0; node < tree.Slots.Length; node++)
            {
                if (tree.Slots.Span[node] < 2 * model.Columns)
                    cuts[tree.Slots.Span[node] / 2].Add(tree.Values.Span[node]);
            }
        }

        var kept = Array.ConvertAll(cuts, Keep);
        return model with { Trees = [.. model.Trees.Select(tree => Round(tree, model.Columns, kept))] };
    }

    /// <summary>What a code of a tree's leaf is worth; 0 where all leaves are.</summary>
    internal static float Scale(FlatTree tree, int columns)
    {
        float most = 0;
        for (var node = 0; node < tree.Slots.Length; node++)
            most = tree.Slots.Span[node] < 2 * columns ? most : MathF.Max(most, MathF.Abs(tree.Values.Span[node]));
        return most / MostCode;
    }

    internal static short Code(float leaf, float scale) => scale > 0 ? (short)Math.Clamp(MathF.Round(leaf / scale), -MostCode, MostCode) : (short)0;

    private static FlatTree Round(FlatTree tree, int columns, float[][] kept)
    {
        var scale = Scale(tree, columns);
        var values = tree.Values.ToArray();
        for (var node = 0; node < values.Length; node++)
        {
            var slot = tree.Slots.Span[node];
            values[node] = slot < 2 * columns ? Nearest(kept[slot / 2], values[node]) : Code(values[node], scale) * scale;
        }

        return tree with { Values = values };
    }

    private static float[] Keep(List<float> thresholds)
    {
        thresholds.Sort();
        float[] distinct = [.. thresholds.Distinct()];
        return distinct.Length <= MostCuts
            ? distinct
            : [.. Enumerable.Range(0, MostCuts).Select(i => thresholds[(int)((long)i * (thresholds.Count - 1) / (MostCuts - 1))]).Distinct()];
    }

    private static float Nearest(float[] sorted, float value)
    {
        var at = Array.BinarySearch(sorted, value);
        if (at >= 0)
            return value;
        at = ~at;
        if (at == 0 || at == sorted.Length)
            return sorted[at == 0 ? 0 : ^1];
        return value - sorted[at - 1] < sorted[at] - value ? sorted[at - 1] : sorted[at];
    }
}
