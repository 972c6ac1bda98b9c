using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using ModelOperator.Trainer.Output;

namespace ModelOperator.Trainer.Learning;

/// <summary>
/// Checkpoints in a directory: the learner's state under a name of its own first, then COMPLETE by atomic rename, then older states go.
/// Killed at any point, the directory holds the old checkpoint or the new one.
/// </summary>
public static class CheckpointStore
{
    public const string CompleteFile = "COMPLETE";

    private const int DigestCharacters = 12;

    /// <param name="directory">Where to.</param>
    /// <param name="kind">What the state is called: the beginning of its file's name.</param>
    /// <param name="extension">The end of its file's name.</param>
    /// <param name="round">Rounds or epochs done.</param>
    /// <param name="step">What grows from one checkpoint to the next.</param>
    /// <param name="content">The state.</param>
    /// <param name="best">The best round.</param>
    /// <param name="fingerprint">Of the training.</param>
    public static void Save(
        string directory, string kind, string extension, int round, int step, ReadOnlySpan<byte> content, EarlyStopping best, string fingerprint)
    {
        Directory.CreateDirectory(directory);
        var digest = Convert.ToHexStringLower(SHA256.HashData(content));
        // Of the content, too: another state of the same step must not take the place of the one that COMPLETE still names.
        var file = string.Create(CultureInfo.InvariantCulture, $"{kind}-{step}-{digest.AsSpan(0, DigestCharacters)}{extension}");
        DurableFile.Write(Path.Combine(directory, file), content);
        var checkpoint = new Checkpoint
        {
            Round = round,
            Step = step,
            File = file,
            Sha256 = digest,
            Fingerprint = fingerprint,
            BestRound = best.Round,
            BestScore = double.IsFinite(best.Score) ? best.Score : null,
        };
        DurableFile.Write(Path.Combine(directory, CompleteFile), JsonSerializer.SerializeToUtf8Bytes(checkpoint, TrainerJsonContext.Default.Checkpoint));
        // What a kill left half written, too.
        foreach (var old in Directory.EnumerateFiles(directory, $"{kind}-*").Where(path => Path.GetFileName(path) != file).ToList())
            File.Delete(old);
    }

    /// <summary>The checkpoint in a directory, or null when there is none that is complete.</summary>
    /// <exception cref="TrainerException">The checkpoint is damaged or belongs to another training.</exception>
    public static (Checkpoint Checkpoint, byte[] Content)? Load(string directory, string fingerprint)
    {
        var complete = Path.Combine(directory, CompleteFile);
        if (!File.Exists(complete))
            return null;
        var checkpoint = Parse(complete);
        if (checkpoint.Fingerprint != fingerprint)
            throw TrainerException.BadData($"checkpoint {directory} was written with other parameters or other data; remove it to train from the start");
        var path = Path.Combine(directory, Path.GetFileName(checkpoint.File));
        var content = File.Exists(path) ? File.ReadAllBytes(path) : [];
        return Convert.ToHexStringLower(SHA256.HashData(content)) == checkpoint.Sha256
            ? (checkpoint, content)
            : throw TrainerException.BadData($"checkpoint file {path} is missing or differs from its sha256 {checkpoint.Sha256}");
    }

    private static Checkpoint Parse(string complete)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(complete), TrainerJsonContext.Default.Checkpoint)
                ?? throw TrainerException.BadData($"checkpoint {complete} is null");
        }
        catch (JsonException failure)
        {
            throw new TrainerException(ExitCode.Data, $"checkpoint {complete} is malformed: {failure.Message}", failure);
        }
    }
}
