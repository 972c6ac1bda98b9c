using ModelOperator.Trainer.Parameters;

namespace ModelOperator.Trainer.Data;

/// <summary>Which rows train and which validate, and the targets to train on.</summary>
internal sealed record Split(IReadOnlyList<int> TrainRows, IReadOnlyList<int> ValidationRows, float[] TrainTargets)
{
    /// <summary>Whether each class is dealt by itself, into the parts of a cross-validation too.</summary>
    private bool IsStratified { get; init; }

    /// <exception cref="TrainerException">Too few rows to have both, or of classes.</exception>
    internal static Split Deal(Table table, TrainingParameters parameters)
    {
        var train = new List<int>();
        var validation = new List<int>();
        var shares = parameters.Stratify ? Shares(table, [.. Enumerable.Range(0, table.Rows)], parameters.Seed, RowHash.Validation) : null;
        for (var row = 0; row < table.Rows; row++)
        {
            var share = shares is null ? RowHash.Fraction(parameters.Seed, RowHash.Validation, table.RowIndices[row]) : shares[row];
            (share < parameters.ValidationFraction ? validation : train).Add(row);
        }

        if (train.Count == 0 || (validation.Count == 0 && parameters.ValidationFraction > 0))
            throw TrainerException.BadData(
                $"{table.Rows} rows are too few: {train.Count} would train and {validation.Count} validate (parameter 'validationFraction')");
        var targets = new float[train.Count];
        for (var i = 0; i < targets.Length; i++)
            targets[i] = table.Target[train[i]];
        RequireClasses(table, targets, "training rows are");
        if (parameters.ShuffleTargets)
            Shuffle(targets, parameters.Seed);
        return new Split(train, validation, targets) { IsStratified = parameters.Stratify };
    }

    /// <summary>One of several parts of the training rows validates, the others train.</summary>
    /// <exception cref="TrainerException">A part would be empty.</exception>
    internal Split Fold(Table table, int seed, int fold, int folds)
    {
        var shares = IsStratified ? Shares(table, TrainRows, seed, RowHash.Fold) : null;
        var places = Enumerable.Range(0, TrainRows.Count)
            .ToLookup(place => (int)((shares?[place] ?? RowHash.Fraction(seed, RowHash.Fold, table.RowIndices[TrainRows[place]])) * folds) == fold);
        List<int> inside = [.. places[true]], outside = [.. places[false]];
        if (inside.Count == 0 || outside.Count == 0)
            throw TrainerException.BadData($"{TrainRows.Count} training rows are too few for parameter 'kFold' = {folds}: part {fold + 1} would be empty");
        float[] targets = [.. outside.Select(place => TrainTargets[place])];
        RequireClasses(table, targets, $"training rows outside of part {fold + 1} (parameter 'kFold' = {folds}) are");
        return new Split([.. outside.Select(place => TrainRows[place])], [.. inside.Select(place => TrainRows[place])], targets);
    }

    // Of each row a number in [0, 1) to deal it by in the place of its hash: the middle of its place among its class's rows in the order of these.
    private static double[] Shares(Table table, IReadOnlyList<int> rows, int seed, ulong salt)
    {
        var shares = new double[rows.Count];
        foreach (var group in Enumerable.Range(0, rows.Count).GroupBy(place => table.Target[rows[place]]))
        {
            int[] places = [.. group.OrderBy(place => RowHash.Fraction(seed, salt, table.RowIndices[rows[place]]))];
            for (var rank = 0; rank < places.Length; rank++)
                shares[places[rank]] = (rank + 0.5) / places.Length;
        }

        return shares;
    }

    // Whoever learned of one class alone would be right about every training row, and know nothing.
    private static void RequireClasses(Table table, float[] targets, string which)
    {
        if (table.Classes is { } classes && Array.TrueForAll(targets, target => target == targets[0]))
            throw TrainerException.BadData(
                $"all {targets.Length} {which} of class '{classes[(int)targets[0]]}': nothing tells it from the others (more rows, or another 'seed' or 'validationFraction')");
    }

    // Fisher-Yates with numbers from the row hash.
    private static void Shuffle(float[] targets, int seed)
    {
        for (var i = targets.Length - 1; i > 0; i--)
        {
            var j = (int)(RowHash.Mix(seed, RowHash.Shuffle, i) % (ulong)(i + 1));
            (targets[i], targets[j]) = (targets[j], targets[i]);
        }
    }
}
