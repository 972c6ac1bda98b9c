using System.Diagnostics.CodeAnalysis;

namespace ModelOperator.TrainingRuns;

/// <summary>A configmap:// dataset.</summary>
/// <param name="Name">Name of the ConfigMap in the run's namespace.</param>
/// <param name="Key">One key, or null for all of them.</param>
public sealed record ConfigMapDataset(string Name, string? Key)
{
    private const string Scheme = "configmap://";

    /// <summary>Reads configmap://name[/key]; false for any other URI.</summary>
    public static bool TryParse(string uri, [NotNullWhen(true)] out ConfigMapDataset? source)
    {
        source = null;
        if (!uri.StartsWith(Scheme, StringComparison.Ordinal))
            return false;
        var parts = uri[Scheme.Length..].Split('/', 2);
        source = new(parts[0], parts.Length > 1 && parts[1].Length > 0 ? parts[1] : null);
        return parts[0].Length > 0;
    }
}
