using ModelOperator.ModelFormat;
using ModelOperator.Trainer.Data;
using ModelOperator.Trainer.Learning;
using ModelOperator.Trainer.Parameters;

namespace ModelOperator.Trainer.Output;

/// <summary>The data, read, dealt and encoded.</summary>
internal sealed record PreparedData(
    Table Table, Split Split, IReadOnlyList<FeatureEncoding> Encodings, Dataset Train, Dataset? Validation, string DatasetDigest)
{
    internal static PreparedData Load(TrainingParameters parameters, string root, CancellationToken cancellationToken)
    {
        var (directory, files) = DatasetLocator.Find(root);
        // Beside the reading, which keeps one processor busy. Where that fails nobody asks for the digest any more.
        var digest = Task.Run(() => ArtifactManifest.Digest(directory, files, cancellationToken), cancellationToken);
        var table = TableReader.Read(parameters, files, cancellationToken);
        return Encode(table, Split.Deal(table, parameters), digest.GetAwaiter().GetResult());
    }

    /// <summary>Of each feature the number of its categories; 0 of a number.</summary>
    internal int[] CategoryCounts()
    {
        // LINQ's code for whole numbers is in no image that is compiled ahead.
        var counts = new int[Encodings.Count];
        for (var i = 0; i < counts.Length; i++)
            counts[i] = Encodings[i].Categories?.Count ?? 0;
        return counts;
    }

    /// <summary>Classes that no training row has.</summary>
    internal IReadOnlyList<string> Untaught => Table.Classes is { } classes ? [.. classes.Where((_, position) => !Split.TrainTargets.Contains(position))] : [];

    /// <summary>The training rows alone, one of several parts of them as validation.</summary>
    internal PreparedData Fold(int seed, int fold, int folds) => Encode(Table, Split.Fold(Table, seed, fold, folds), DatasetDigest);

    private static PreparedData Encode(Table table, Split split, string digest)
    {
        List<FeatureEncoding> encodings = [.. table.Features.Select(column => FeatureEncoding.Learn(column, split.TrainRows, split.TrainTargets))];
        if (encodings.Find(encoding => encoding.Categories is { Count: 0 }) is { } empty)
            throw TrainerException.BadData($"column '{empty.Column.Name}' has no category in any training row; drop it (parameter 'dropColumns')");
        var validation = split.ValidationRows.Count == 0
            ? null
            : Dataset.Encode(encodings, split.ValidationRows, [.. split.ValidationRows.Select(row => table.Target[row])]);
        return new PreparedData(table, split, encodings, Dataset.Encode(encodings, split.TrainRows, split.TrainTargets), validation, digest);
    }
}
