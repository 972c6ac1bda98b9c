using System.Text;
using System.Text.Json;
using ModelOperator.Trainer.Output;

namespace ModelOperator.Trainer;

/// <summary>The container's termination message, which Kubernetes cuts at 4096 bytes.</summary>
internal static class TerminationMessage
{
    internal const int MostBytes = 4096;

    /// <summary>The result, without its metrics where these are too many to fit.</summary>
    internal static byte[] Of(ResultDocument result)
    {
        var full = JsonSerializer.SerializeToUtf8Bytes(result, TrainerJsonContext.Default.ResultDocument);
        if (full.Length <= MostBytes)
            return full;
        var slim = new ResultDocument
        {
            Model = result.Model,
            Metrics = new SortedDictionary<string, double>(StringComparer.Ordinal),
            Samples = result.Samples,
            Device = result.Device,
            Usage = result.Usage,
        };
        return JsonSerializer.SerializeToUtf8Bytes(slim, TrainerJsonContext.Default.ResultDocument);
    }

    /// <summary>The line that explains the exit, cut at a character.</summary>
    internal static byte[] Of(string message)
    {
        var bytes = Encoding.UTF8.GetBytes(message);
        if (bytes.Length <= MostBytes)
            return bytes;
        var end = MostBytes;
        while ((bytes[end] & 0xC0) == 0x80)
            end--;
        return bytes[..end];
    }

    /// <summary>What a trainer that yields leaves: the checkpoint, which is the checkpoint folder itself, and the line.</summary>
    internal static byte[] Of(string message, int step) => JsonSerializer.SerializeToUtf8Bytes(
        new YieldDocument { Message = message, Checkpoint = new YieldCheckpoint { Name = ".", Step = step } }, TrainerJsonContext.Default.YieldDocument);

    /// <summary>Writes the message where the kubelet reads it; its absence outside of a Pod is no fault.</summary>
    internal static void Write(string? path, byte[] message)
    {
        if (path is null || (path.StartsWith("/dev/", StringComparison.Ordinal) && !File.Exists(path)))
            return;
        try
        {
            File.WriteAllBytes(path, message);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // result.json and the log say the same.
        }
    }
}
