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
        var manifest = new StringBuilder();
        foreach (var name in files.Select(file => Path.GetRelativePath(directory, file).Replace(Path.DirectorySeparatorChar, '/')).Order(StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var stream = File.OpenRead(Path.Combine(directory, name));
            manifest.Append(CultureInfo.InvariantCulture, $"{Convert.ToHexStringLower(SHA256.HashData(stream))}  {stream.Length}  {name}\n");
        }

        return "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(manifest.ToString())));
    }
}
