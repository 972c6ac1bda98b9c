using ModelOperator.TrainingRuns;

namespace ModelOperator.Artifacts;

/// <summary>
/// <c>modeloperator publish</c>: reads the trainer's result.json, uploads the model and leaves the result as its termination
/// message. A trainer without result.json may have said its result to the operator alone: then the model is what the folder <c>model</c> holds. Exit codes: 0 done, 64 wrong settings, 65 wrong result or model, 69 store unreachable (try again), 77 refused by the store.
/// </summary>
public static class PublishCommand
{
    /// <summary>Where the model is, below the output folder, when no result.json says so.</summary>
    public const string DefaultModel = "model";

    /// <summary>Variable that names the metrics which the message must have first: one a line, each line ended, or with commas between them where there is no line end.</summary>
    public const string PrimaryMetrics = "MODELOP_PRIMARY_METRICS";

    private const string ResultFile = "result.json";

    /// <summary>Runs the command with the process's environment and console.</summary>
    /// <param name="args">No arguments are taken.</param>
    /// <param name="cancellationToken">Stops it; what was uploaded stays and is not uploaded again.</param>
    public static Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancellationToken) =>
        RunAsync(TransferHost.FromProcess("publish"), args, cancellationToken);

    /// <summary>Runs the command with a given environment.</summary>
    public static Task<int> RunAsync(TransferHost host, IReadOnlyList<string> args, CancellationToken cancellationToken) =>
        host.RunAsync(args, PublishAsync, cancellationToken);

    private static async Task<byte[]> PublishAsync(TransferHost host, CancellationToken cancellationToken)
    {
        var outputDir = host.Variable("MODELOP_OUTPUT_DIR") is { Length: > 0 } given ? given : "/workspace/output";
        var written = await ReadResultAsync(outputDir, cancellationToken);
        var result = written is null ? new TrainerResult(DefaultModel, null, null, null, [], null, null, null) : TrainerResultReader.Parse(written, requireMetrics: false);
        // First one found wins: result.json, the metrics file, and then the log, which the operator reads.
        if (result.Metrics.Count == 0)
            result = result with { Metrics = [.. TrainerLogProgress.Metrics(await MetricsFileReader.ReadAsync(host.Variable("MODELOP_METRICS_FILE"), cancellationToken))] };
        using var http = TransferHttp.ForStore();
        var store = new ArtifactStoreClient(http, StoreEndpoint.FromEnvironment(host.Variable), host.Time);
        var publisher = new Publisher(store, host.Retries(), host.Time, host.Output);
        var model = await PublishModelAsync(publisher, result, outputDir, cancellationToken);
        var named = host.Variable(PrimaryMetrics) ?? "";
        // A slice may have a comma in its name.
        var primary = named.Split(named.Contains('\n', StringComparison.Ordinal) ? '\n' : ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return PublishMessage.Build(model, result, primary, written is not null);
    }

    private static async Task<PublishedModel> PublishModelAsync(Publisher publisher, TrainerResult result, string outputDir, CancellationToken cancellationToken)
    {
        if (result.ModelUri is { } stored)
        {
            await publisher.RequireAsync(stored, cancellationToken);
            return new PublishedModel { Uri = stored.Uri, Digest = stored.ToString(), Format = result.Format };
        }
        var folder = await ModelFolder.ReadAsync(outputDir, result.ModelPath!, result.ModelDigest, cancellationToken);
        await publisher.UploadAsync(folder, cancellationToken);
        var manifest = folder.Manifest;
        return new PublishedModel
        {
            Uri = manifest.Digest.Uri,
            Digest = manifest.Digest.ToString(),
            Format = result.Format,
            SizeBytes = manifest.TotalSize,
            Files = manifest.Entries.Length,
        };
    }

    /// <summary>Null when there is none, but a model: the result may be the trainer's termination message.</summary>
    private static async Task<byte[]?> ReadResultAsync(string outputDir, CancellationToken cancellationToken)
    {
        var path = Path.Combine(outputDir, ResultFile);
        switch (UnixFiles.KindOf(path))
        {
            case FileKind.Missing when UnixFiles.KindOf(Path.Combine(outputDir, DefaultModel)) != FileKind.Missing:
                return null;
            case FileKind.Missing:
                throw new TransferException(
                    TransferFailure.BadData, "ResultMissing", $"the trainer exited 0 but wrote no {ResultFile} into MODELOP_OUTPUT_DIR ({outputDir})");
            case FileKind.File when new FileInfo(path).Length <= TrainerResultReader.MaxBytes:
                return await File.ReadAllBytesAsync(path, cancellationToken);
            case FileKind.File:
                throw new TransferException(TransferFailure.BadData, "ResultInvalid", $"{ResultFile} is larger than {TrainerResultReader.MaxBytes} bytes");
            default:
                throw new TransferException(TransferFailure.BadData, "ResultInvalid", $"{ResultFile} must be a plain file, not a link or folder");
        }
    }
}
