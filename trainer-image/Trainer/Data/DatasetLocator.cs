namespace ModelOperator.Trainer.Data;

/// <summary>Finds the files to train on below MODELOP_DATASET_DIR.</summary>
public static class DatasetLocator
{
    private static readonly string[] Extensions = [".csv", ".csv.gz"];

    /// <summary>
    /// The data files, sorted by name. The directory is the dataset itself when it holds files; otherwise the dataset is its
    /// sub-directory "train", or its only one. Files are *.csv and *.csv.gz, or the only file whatever its name.
    /// </summary>
    /// <exception cref="TrainerException">There is no dataset, or no telling which.</exception>
    public static (string Directory, IReadOnlyList<string> Files) Find(string root)
    {
        if (!Directory.Exists(root))
            throw TrainerException.BadData($"dataset directory {root} does not exist");
        var directory = Visible(Directory.EnumerateFiles(root)).Any() ? root : Choose(root);
        var files = Visible(Directory.EnumerateFiles(directory)).Order(StringComparer.Ordinal).ToList();
        var tables = files.Where(file => Extensions.Any(extension => file.EndsWith(extension, StringComparison.OrdinalIgnoreCase))).ToList();
        return (tables.Count, files.Count) switch
        {
            ( > 0, _) => (directory, tables),
            (_, 1) => (directory, files),
            (_, 0) => throw TrainerException.BadData($"dataset directory {directory} holds no file"),
            _ => throw TrainerException.BadData($"dataset directory {directory} holds {files.Count} files but no *.csv or *.csv.gz"),
        };
    }

    private static string Choose(string root)
    {
        var datasets = Visible(Directory.EnumerateDirectories(root)).Order(StringComparer.Ordinal).ToList();
        return datasets.Find(path => Path.GetFileName(path) == "train")
            ?? (datasets is [var only]
                ? only
                : throw TrainerException.BadData(datasets is []
                    ? $"dataset directory {root} is empty"
                    : $"{root} holds the datasets {string.Join(", ", datasets.Select(Path.GetFileName))}: name the one to train on 'train'"));
    }

    private static IEnumerable<string> Visible(IEnumerable<string> paths) => paths.Where(path => Path.GetFileName(path)[0] != '.');
}
