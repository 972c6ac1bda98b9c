using ModelOperator.ModelFormat;

namespace ModelOperator.XGBoost.Trees;

/// <summary>Makes smaller ensembles of one.</summary>
public static class TreePruning
{
    /// <summary>Reads the trees of a model with what is needed to prune them.</summary>
    /// <exception cref="NotSupportedException">The model is sound, but has something that is not walked here; the message says what.</exception>
    /// <exception cref="FormatException">The model cannot be read.</exception>
    public static TreesModel Read(ReadOnlySpan<byte> model, int columns) => TreeEnsembleReader.Read(model, columns, weighed: true);

    /// <summary>The gains of all splits, ascending.</summary>
    /// <param name="model">Trees with gains.</param>
    public static float[] Gains(TreesModel model)
    {
        var gains = new List<float>();
        foreach (var tree in model.Trees)
        {
            for (var node = 0; node < tree.Slots.Length; node++)
            {
                if (tree.Slots.Span[node] < 2 * model.Columns)
                    gains.Add(tree.Gains!.Value.Span[node]);
            }
        }

        gains.Sort();
        return [.. gains];
    }

    /// <summary>
    /// Collapses from the bottom every split that gained less than <paramref name="gain"/> (as XGBoost's updater "prune" does for gamma while it trains). The leaf that
    /// takes its place adds the mean of what it replaces, weighed by cover, so that the mean over the training rows stays. Trees of a single leaf become one for each class.
    /// </summary>
    /// <param name="model">Trees with gains and covers.</param>
    /// <param name="gain">The least gain that stays; 0 for all.</param>
    public static TreesModel Collapse(TreesModel model, float gain) => Merged(model, [.. model.Trees.Select(tree => Collapse(tree, model.Columns, gain))]);

    /// <summary>
    /// Keeps the first trees of each class: of boosting the later ones' means over the training rows stay as constants; of a forest, whose trees are alike, the others' leaves
    /// grow instead.
    /// </summary>
    /// <param name="model">Trees with covers.</param>
    /// <param name="share">Of the trees of each class, above 0; at least one stays.</param>
    /// <param name="forest">Whether the trees are a forest's.</param>
    public static TreesModel First(TreesModel model, double share, bool forest)
    {
        var counts = model.Trees.GroupBy(static tree => tree.Class).ToDictionary(static group => group.Key, static group => group.Count());
        var seen = new int[model.Outputs];
        List<FlatTree> trees = [];
        foreach (var tree in model.Trees)
        {
            var kept = Math.Max(1, (int)Math.Round(share * counts[tree.Class]));
            if (seen[tree.Class]++ >= kept)
            {
                if (!forest)
                    trees.Add(Collapse(tree, model.Columns, float.PositiveInfinity));
                continue;
            }

            trees.Add(forest ? Grown(tree, model.Columns, (float)counts[tree.Class] / kept) : tree);
        }

        return Merged(model, trees);
    }

    private static FlatTree Grown(FlatTree tree, int columns, float factor)
    {
        var values = tree.Values.ToArray();
        for (var node = 0; node < values.Length; node++)
            values[node] *= tree.Slots.Span[node] < 2 * columns ? 1 : factor;
        return tree with { Values = values };
    }

    private static FlatTree Collapse(FlatTree tree, int columns, float gain)
    {
        var count = tree.Slots.Length;
        var (slots, values) = (tree.Slots.ToArray(), Array.ConvertAll(tree.Values.ToArray(), static value => (double)value));
        var covers = tree.Covers!.Value.Span;
        var gains = tree.Gains!.Value.Span;
        var left = new int[count];
        for (int node = 0, next = 1; node < count; node++)
        {
            left[node] = slots[node] < 2 * columns ? next : 0;
            next += slots[node] < 2 * columns ? 2 : 0;
        }

        for (var node = count - 1; node >= 0; node--)
        {
            var child = left[node];
            if (child == 0 || left[child] != 0 || left[child + 1] != 0 || gains[node] >= gain)
                continue;
            var both = (double)covers[child] + covers[child + 1];
            values[node] = both > 0 ? ((values[child] * covers[child]) + (values[child + 1] * covers[child + 1])) / both : (values[child] + values[child + 1]) / 2;
            (slots[node], left[node]) = ((ushort)(2 * columns), 0);
        }

        return Compact(tree, slots, values, left);
    }

    // Nodes below collapsed ones are left out.
    private static FlatTree Compact(FlatTree tree, ushort[] slots, double[] values, int[] left)
    {
        List<int> order = [0];
        for (var place = 0; place < order.Count; place++)
        {
            if (left[order[place]] is var child and > 0)
                order.AddRange([child, child + 1]);
        }

        float[] Of(ReadOnlyMemory<float> numbers) => [.. order.Select(node => numbers.Span[node])];
        return new FlatTree(tree.Class, order.Select(node => slots[node]).ToArray(), order.Select(node => (float)values[node]).ToArray())
        {
            Gains = Of(tree.Gains!.Value),
            Covers = Of(tree.Covers!.Value),
        };
    }

    private static TreesModel Merged(TreesModel model, IReadOnlyList<FlatTree> trees)
    {
        var constants = new double[model.Outputs];
        var lone = new int[model.Outputs];
        List<FlatTree> kept = [];
        foreach (var tree in trees)
        {
            if (tree.Slots.Length > 1)
            {
                kept.Add(tree);
                continue;
            }

            constants[tree.Class] += tree.Values.Span[0];
            lone[tree.Class]++;
        }

        for (var index = 0; index < model.Outputs; index++)
        {
            if (lone[index] > 0)
                kept.Add(new FlatTree(index, new[] { (ushort)(2 * model.Columns) }, new[] { (float)constants[index] }) { Gains = new float[1], Covers = new float[1] });
        }

        return model with { Trees = kept };
    }
}
