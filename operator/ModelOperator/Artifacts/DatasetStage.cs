using ModelOperator.Datasets;

namespace ModelOperator.Artifacts;

/// <summary>After a dataset was fetched and verified: checks what the run says it must be like, and stores its profile.</summary>
/// <param name="store">Artifact store.</param>
/// <param name="publisher">Uploads with retries.</param>
/// <param name="output">Progress lines.</param>
public sealed class DatasetStage(ArtifactStoreClient store, Func<ArtifactStoreClient, Publisher> publisher, TextWriter output)
{
    /// <summary>Reason of a dataset that breaks its rules.</summary>
    public const string Invalid = "DatasetInvalid";

    /// <summary>The item with what the stage found; the item itself when nothing is asked of it.</summary>
    /// <exception cref="TransferException">BadData: the dataset breaks its rules.</exception>
    public async Task<FetchedItem> RunAsync(FetchItem item, FetchedItem fetched, CancellationToken cancellationToken)
    {
        if (item.Validation is null && item.Profile != true)
            return fetched;
        var inspection = DatasetInspector.Inspect(FilesOf(item), item.Validation, item.Profile == true, cancellationToken);
        var violations = inspection.Violations;
        if (violations.Count > 0)
        {
            var text = violations.Describe(item.Name);
            if (item.Validation?.OnViolation != DatasetViolationAction.Report)
                throw new TransferException(TransferFailure.BadData, Invalid, text);
            await output.WriteLineAsync($"warning: {text}");
        }

        await output.WriteLineAsync(FormattableString.Invariant($"{item.Name}: {inspection.Rows} rows, {inspection.Columns.Count} columns, {violations.Count} violations"));
        return fetched with
        {
            Rows = inspection.Rows,
            Columns = inspection.Columns.Count,
            Violations = violations.Count > 0 ? violations.Count : null,
            Profile = item.Profile == true ? await StoreAsync(item, fetched, inspection, cancellationToken) : null,
        };
    }

    private async Task<string> StoreAsync(FetchItem item, FetchedItem fetched, DatasetInspection inspection, CancellationToken cancellationToken)
    {
        var bytes = DatasetProfiles.Bytes(DatasetProfiles.Of(fetched.Digest, inspection));
        var digest = Sha256Digest.Of(bytes);
        await publisher(store.WithToken(item.ProfileToken)).UploadBytesAsync($"{item.Name} profile", digest, bytes, cancellationToken);
        return digest.ToString();
    }

    /// <summary>The one file, whatever its name, or all CSV files by path.</summary>
    private static List<DatasetFile> FilesOf(FetchItem item)
    {
        var all = Directory.EnumerateFiles(item.Dir, "*", SearchOption.AllDirectories)
            .Select(path => new DatasetFile(path, Path.GetRelativePath(item.Dir, path)))
            .OrderBy(static file => file.Name, Comparer<string>.Create(ManifestPath.Compare))
            .ToList();
        return all is [_] ? all : [.. all.Where(static file => file.Name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) || file.Name.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase))];
    }
}
