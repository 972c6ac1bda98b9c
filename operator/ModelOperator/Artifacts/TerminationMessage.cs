using System.Text;
using System.Text.Json;

namespace ModelOperator.Artifacts;

/// <summary>Messages that a container leaves for the operator. The kubelet keeps 4096 bytes of each, and of all containers of a Pod together 12 KiB, in equal shares.</summary>
public static class TerminationMessage
{
    /// <summary>Most bytes: the share of each of a training Pod's four containers.</summary>
    public const int MaxBytes = 12 * 1024 / 4;

    private const string DefaultPath = "/dev/termination-log";

    /// <summary>Writes the message where MODELOP_TERMINATION_LOG says; a failure to do so is printed and changes no outcome.</summary>
    public static async Task WriteAsync(Func<string, string?> variable, ReadOnlyMemory<byte> message, TextWriter errors, CancellationToken cancellationToken)
    {
        var path = variable("MODELOP_TERMINATION_LOG") is { Length: > 0 } given ? given : DefaultPath;
        try
        {
            await File.WriteAllBytesAsync(path, message, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            await errors.WriteLineAsync($"cannot write the termination message to {path}: {failure.Message}");
        }
    }

    /// <summary>A failure as JSON <c>{"error":{"reason","message"}}</c>, cut to fit.</summary>
    public static byte[] Failure(string reason, string message)
    {
        for (var keep = message.Length; ; keep = keep * 3 / 4)
        {
            var text = keep == message.Length ? message : message[..keep] + "…";
            var bytes = JsonSerializer.SerializeToUtf8Bytes(
                new StoreErrorDocument { Error = new StoreError { Reason = reason, Message = text } }, ArtifactsJson.Default.StoreErrorDocument);
            if (bytes.Length <= MaxBytes || keep == 0)
                return bytes;
        }
    }

    /// <summary>A successful fetch, cut to fit: first without URIs, then in short, then without the last items.</summary>
    public static byte[] Fetched(IReadOnlyList<FetchedItem> items, FetchedCheckpoint? checkpoint = null)
    {
        var bytes = Encode(items, checkpoint, truncated: null);
        if (bytes.Length <= MaxBytes)
            return bytes;
        var bare = items.Select(static item => item with { Uri = null }).ToList();
        bytes = Encode(bare, checkpoint, truncated: null);
        if (bytes.Length > MaxBytes)
            bytes = EncodeCompact(bare, checkpoint, truncated: null);
        while (bytes.Length > MaxBytes)
        {
            bare.RemoveAt(bare.Count - 1);
            bytes = EncodeCompact(bare, checkpoint, truncated: true);
        }
        return bytes;
    }

    /// <summary>Reads a failure back; null when the text is none.</summary>
    public static StoreError? TryReadFailure(string? text) => Read(text, static bytes => JsonSerializer.Deserialize(bytes, ArtifactsJson.Default.StoreErrorDocument)?.Error);

    /// <summary>Reads a successful fetch back; null when the text is none.</summary>
    public static FetchReport? TryReadFetch(string? text)
    {
        var report = Read(text, static bytes => JsonSerializer.Deserialize(bytes, ArtifactsJson.Default.FetchReport));
        return report is { Compact: { } compact } ? report with { Datasets = CompactFetch.Read(compact) } : report;
    }

    /// <summary>Reads a successful publication back; null when the text is none.</summary>
    public static PublishReport? TryReadPublish(string? text) => Read(text, static bytes =>
        JsonSerializer.Deserialize(bytes, ArtifactsJson.Default.PublishReport) is { } report
            ? report.Packed is { } packed ? report with { Metrics = PackedMetrics.Read(packed), Packed = null } : report
            : null);

    /// <summary>Reads the checkpoint that a trainer says it left; null when the text says none, or one that cannot be.</summary>
    public static FetchedCheckpoint? TryReadCheckpoint(string? text) =>
        text?.StartsWith('{') == true
        && Read(text, static bytes => JsonSerializer.Deserialize(bytes, ArtifactsJson.Default.CheckpointMessage))?.Checkpoint is { } found
        && FetchedCheckpoint.IsName(found.Name) && found.Step is null or >= 0 ? found : null;

    private static T? Read<T>(string? text, Func<byte[], T?> read)
        where T : class
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        try
        {
            return read(Encoding.UTF8.GetBytes(text));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static byte[] EncodeCompact(IReadOnlyList<FetchedItem> items, FetchedCheckpoint? checkpoint, bool? truncated) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new FetchReport { Datasets = [], Compact = CompactFetch.Write(items), Checkpoint = checkpoint, Truncated = truncated }, ArtifactsJson.Default.FetchReport);

    private static byte[] Encode(IReadOnlyList<FetchedItem> items, FetchedCheckpoint? checkpoint, bool? truncated) =>
        JsonSerializer.SerializeToUtf8Bytes(new FetchReport { Datasets = items, Checkpoint = checkpoint, Truncated = truncated }, ArtifactsJson.Default.FetchReport);
}
