using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ModelOperator.Kubernetes;

/// <summary>Reads a part of a kubeconfig; a missing part reads as empty, a part of the wrong shape is an error with its place.</summary>
/// <param name="Node">YAML node; null when the part is missing.</param>
/// <param name="Source">File and path, for messages.</param>
/// <param name="Folder">Folder that relative paths start from.</param>
internal readonly record struct KubeConfigNode(YamlDotNet.RepresentationModel.YamlNode? Node, string Source, string Folder)
{
    /// <summary>A member of a mapping.</summary>
    internal KubeConfigNode this[string key] => new(
        Node is YamlMappingNode map && map.Children.TryGetValue(new YamlScalarNode(key), out var child) ? child : null,
        $"{Source}.{key}",
        Folder);

    /// <summary>The scalar's text; null when missing, empty or null.</summary>
    internal string? Text => Node switch
    {
        null => null,
        YamlScalarNode { Value: null or "" or "~" } => null,
        YamlScalarNode { Value: "null", Style: ScalarStyle.Plain } => null,
        YamlScalarNode scalar => scalar.Value,
        _ => throw new KubernetesConfigurationException($"{Source} must be a text"),
    };

    /// <summary>Whether the scalar is true.</summary>
    internal bool IsTrue => Text is "true" or "True" or "TRUE";

    /// <summary>The scalar as a path, made absolute.</summary>
    internal string? FilePath => Text is { } path ? Path.Combine(Folder, path) : null;

    /// <summary>Elements of a sequence.</summary>
    internal IEnumerable<KubeConfigNode> Items
    {
        get
        {
            var (source, folder) = (Source, Folder);
            return Node switch
            {
                null or YamlScalarNode { Value: null or "" or "~" or "null" } => [],
                YamlSequenceNode list => list.Children.Select((n, i) => new KubeConfigNode(n, $"{source}[{i}]", folder)),
                _ => throw new KubernetesConfigurationException($"{source} must be a list"),
            };
        }
    }
}
