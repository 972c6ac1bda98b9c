using System.Globalization;
using System.Text.Json;
using ModelOperator.Kubernetes.Runtime;

namespace ModelOperator.Artifacts;

/// <summary>
/// The checkpoint folder of a run as the trainer contract has it: a checkpoint is the folder itself or one of its subfolders, and it is
/// complete when it holds a file COMPLETE, which is written last.
/// </summary>
public static class CheckpointFolder
{
    /// <summary>Name of the file that is written last.</summary>
    public const string CompleteFile = "COMPLETE";

    private const int LargestComplete = 64 * 1024;

    /// <summary>The newest complete checkpoint: by its step, then by the time of its COMPLETE; null when there is none.</summary>
    /// <remarks>The step is the number <c>step</c> of COMPLETE where that is a JSON object, else the last number in the folder's name.</remarks>
    public static FetchedCheckpoint? Newest(string directory)
    {
        if (!Directory.Exists(directory))
            return null;
        return Directory.EnumerateDirectories(directory)
            .Where(static path => new DirectoryInfo(path).LinkTarget is null)
            .Prepend(directory)
            .Where(static path => File.Exists(Path.Combine(path, CompleteFile)))
            .Select(path => Read(path, path == directory ? "." : Path.GetFileName(path)))
            .Where(static found => FetchedCheckpoint.IsName(found.Name))
            .OrderByDescending(static found => found.Step ?? -1)
            .ThenByDescending(static found => found.Time)
            .ThenByDescending(static found => found.Name, StringComparer.Ordinal)
            .FirstOrDefault();
    }

    /// <summary>
    /// Makes <paramref name="link"/> point to the newest complete checkpoint. Without one the link does not exist.
    /// </summary>
    public static FetchedCheckpoint? Link(string directory, string link)
    {
        var newest = Newest(directory);
        if (new FileInfo(link).LinkTarget is not null)
            File.Delete(link);
        if (newest is not null)
            Directory.CreateSymbolicLink(link, newest.Name == "." ? directory : Path.Combine(directory, newest.Name));
        return newest;
    }

    private static FetchedCheckpoint Read(string path, string name)
    {
        var file = new FileInfo(Path.Combine(path, CompleteFile));
        return new FetchedCheckpoint
        {
            Name = name,
            Step = StepOf(file) ?? LastNumber(name),
            Time = new DateTimeOffset(file.LastWriteTimeUtc).WholeSeconds(),
        };
    }

    private static long? StepOf(FileInfo file)
    {
        if (file.Length is 0 or > LargestComplete)
            return null;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file.FullName));
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("step", out var step)
                && step.ValueKind == JsonValueKind.Number
                && step.TryGetInt64(out var number)
                && number >= 0 ? number : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static long? LastNumber(string name)
    {
        var end = name.Length;
        while (end > 0 && !char.IsAsciiDigit(name[end - 1]))
            end--;
        var start = end;
        while (start > 0 && char.IsAsciiDigit(name[start - 1]))
            start--;
        return long.TryParse(name.AsSpan(start, end - start), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
