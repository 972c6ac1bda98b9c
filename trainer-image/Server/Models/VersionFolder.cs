using System.Text.Json;
using ModelOperator.ModelFormat;

namespace ModelOperator.Server.Models;

/// <summary>
/// The folder of one version of a followed model. The link <see cref="Link"/> beside it is moved, by renaming another link over it, once all files of the new folder are
/// there; what stands in a folder never changes. Without <see cref="VersionDocument.FileName"/> the version is named as its folder.
/// </summary>
public static class VersionFolder
{
    /// <summary>Name of the link to the folder of the version to serve.</summary>
    public const string Link = "current";

    private const int LongestVersion = 253;

    /// <summary>Where the link leads; null while there is none.</summary>
    /// <exception cref="IOException">The link leads nowhere, or in a circle.</exception>
    internal static string? Find(string directory)
    {
        var link = new DirectoryInfo(Path.Combine(directory, Link));
        if (link.LinkTarget is null)
            return link.Exists ? throw new IOException($"{link.FullName} is no link; versions are switched by a link to the folder of one") : null;
        var target = link.ResolveLinkTarget(returnFinalTarget: true)!;
        return target.Exists ? target.FullName : throw new IOException($"{link.FullName} leads to {target.FullName}, which does not exist");
    }

    /// <summary>Which version is in a folder, and what is known of it.</summary>
    /// <exception cref="ModelFormatException">The document is malformed, or the version's name is none.</exception>
    internal static VersionDocument Read(string folder)
    {
        var file = Path.Combine(folder, VersionDocument.FileName);
        VersionDocument document;
        try
        {
            document = File.Exists(file)
                ? JsonSerializer.Deserialize(File.ReadAllBytes(file), VersionJsonContext.Default.VersionDocument) ?? throw new ModelFormatException($"{file} is null")
                : new VersionDocument { Version = Path.GetFileName(folder) };
        }
        catch (JsonException failure)
        {
            throw new ModelFormatException($"{file} is malformed: {failure.Message}", failure);
        }

        return Refusal(document.Version) is { } refusal ? throw new ModelFormatException($"the version of {folder} {refusal}") : document;
    }

    /// <summary>Where the files of the version's artifact are, below its folder.</summary>
    internal static string Files(string folder) => Path.Combine(folder, "model") is var nested && Directory.Exists(nested) ? nested : folder;

    /// <summary>Why a version may not be called so: it is sent in a header and in ids; null when it may.</summary>
    internal static string? Refusal(string version) =>
        version.Length is 0 or > LongestVersion || version.Any(character => !char.IsAsciiLetterOrDigit(character) && character is not ('-' or '.' or '_'))
            ? $"is '{version}', allowed are up to {LongestVersion} letters, digits, '-', '.' and '_'"
            : null;
}
