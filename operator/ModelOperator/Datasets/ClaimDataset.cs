using System.Diagnostics.CodeAnalysis;
using ModelOperator.Artifacts;

namespace ModelOperator.Datasets;

/// <summary>A pvc:// dataset: a file or folder on a PersistentVolumeClaim.</summary>
/// <param name="Claim">Name of the claim in the run's namespace.</param>
/// <param name="Path">Path on the volume, relative; empty for all of it.</param>
public sealed record ClaimDataset(string Claim, string Path)
{
    /// <summary>What is allowed, for people.</summary>
    public const string Allowed = "pvc://<claim>/<path> without . or .. as a name";

    private const string Scheme = "pvc://";

    /// <summary>Reads pvc://claim[/path]; false for any other URI.</summary>
    public static bool TryParse(string uri, [NotNullWhen(true)] out ClaimDataset? source)
    {
        source = null;
        if (!uri.StartsWith(Scheme, StringComparison.Ordinal))
            return false;
        var parts = uri[Scheme.Length..].Split('/', 2);
        var path = parts.Length > 1 ? parts[1].TrimEnd('/') : "";
        if (parts[0].Length is 0 or > 253 || !parts[0].All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.'))
            return false;
        if (path.Length > 0 && ManifestPath.Refusal(path) is not null)
            return false;
        source = new(parts[0], path);
        return true;
    }
}
