using System.Text;
using System.Text.Json;
using ModelOperator.Trainer.Output;

namespace ModelOperator.Trainer;

/// <summary>The container's termination message, of which Kubernetes keeps 12 KiB for all containers of a Pod, in equal shares: of four, as a training Pod has, 3072 bytes each.</summary>
internal static class TerminationMessage
{
    internal const int MostBytes = 3072;

    /// <summary>The result, without what was said of variants where that is too much to fit, and without its metrics where these are too many, too.</summary>
    internal static byte[] Of(ResultDocument result)
    {
        var full = Serialize(result);
        if (full.Length <= MostBytes)
            return full;
        var slim = Serialize(Without(result, result.Metrics));
        return slim.Length <= MostBytes ? slim : Serialize(Without(result, new SortedDictionary<string, double>(StringComparer.Ordinal)));
    }

    private static byte[] Serialize(ResultDocument result) => JsonSerializer.SerializeToUtf8Bytes(result, TrainerJsonContext.Default.ResultDocument);

    private static ResultDocument Without(ResultDocument result, SortedDictionary<string, double> metrics) => new()
    {
        Model = result.Model,
        Metrics = metrics,
        Samples = result.Samples,
        Device = result.Device,
        Usage = result.Usage,
    };

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
