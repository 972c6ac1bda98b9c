using ModelOperator.Artifacts;

namespace ModelOperator.Following;

/// <summary>
/// The folders of one model's versions, and the link that says which of them is served. A folder gets its name when all of it is there, and the link is moved in one step, so
/// whoever reads sees the old version or the new one, whenever this process ends.
/// </summary>
/// <param name="directory">Folder of the model.</param>
public sealed class VersionFolders(string directory)
{
    /// <summary>Name of the link.</summary>
    public const string Link = "current";

    private const string Next = ".next";
    private const string Part = ".part";
    private const string Files = "model";
    private const string Document = "version.json";

    /// <summary>Name of the folder that is served; null for none.</summary>
    public string? Served => new DirectoryInfo(Path.Combine(directory, Link)).LinkTarget;

    /// <summary>Whether a version is here, with all its bytes: a node that lost power may have kept a folder without them.</summary>
    public async Task<bool> HasAsync(FollowedVersion version, CancellationToken cancellationToken)
    {
        try
        {
            return (await FolderManifest.ReadAsync(Path.Combine(directory, version.Folder, Files), cancellationToken)).Digest == version.Digest;
        }
        catch (ArtifactFormatException)
        {
            // Missing or empty.
            return false;
        }
    }

    /// <summary>An empty folder for a version's files.</summary>
    public string Begin()
    {
        var part = Path.Combine(directory, Part);
        if (Directory.Exists(part))
            Directory.Delete(part, recursive: true);
        return Directory.CreateDirectory(Path.Combine(part, Files)).FullName;
    }

    /// <summary>Gives the folder that was begun the version's name. One that has it, without all its bytes, goes.</summary>
    public void Finish(FollowedVersion version)
    {
        var part = Path.Combine(directory, Part);
        File.WriteAllText(Path.Combine(part, Document), version.Document());
        var folder = Path.Combine(directory, version.Folder);
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.Move(part, folder);
    }

    /// <summary>Lets a version be served. The one before stays, so that a way back needs no store; older ones go.</summary>
    public void Serve(FollowedVersion version)
    {
        var before = Served;
        var next = Path.Combine(directory, Next);
        File.Delete(next);
        Directory.CreateSymbolicLink(next, version.Folder);
        UnixFiles.Rename(next, Path.Combine(directory, Link));
        foreach (var folder in Directory.EnumerateDirectories(directory))
        {
            if (Path.GetFileName(folder) is var name && name != Link && name != version.Folder && name != before)
                Directory.Delete(folder, recursive: true);
        }
    }
}
