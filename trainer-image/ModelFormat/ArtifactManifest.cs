using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ModelOperator.ModelFormat;

/// <summary>
/// The digest of a set of files: sha256 over the UTF-8 lines "&lt;sha256&gt;  &lt;size&gt;  &lt;relative/path&gt;\n", sorted by path (ordinal).
/// </summary>
public static class ArtifactManifest
{
    /// <summary>"sha256:" and the hash of the manifest of every file under <paramref name="directory"/>.</summary>
    public static string Digest(string directory, CancellationToken cancellationToken) =>
        Digest(directory, Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories), cancellationToken);

    /// <summary>The same for the given files, named relative to <paramref name="directory"/>.</summary>
    public static string Digest(string directory, IEnumerable<string> files, CancellationToken cancellationToken)
    {
        var entries = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            var name = Path.GetRelativePath(directory, file).Replace(Path.DirectorySeparatorChar, '/');
            cancellationToken.ThrowIfCancellationRequested();
            using var stream = File.OpenRead(file);
            var hash = Convert.ToHexStringLower(SHA256.HashData(stream));
            entries[name] = string.Create(CultureInfo.InvariantCulture, $"{hash}  {stream.Length}  {name}\n");
        }

        return "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(entries.Values))));
    }
}
