using System.Globalization;
using System.Text.Json.Nodes;
using ModelOperator.Tests.Crds;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ModelOperator.Tests.Security;

/// <summary>The manifests of config/ as JSON.</summary>
internal static class Manifests
{
    /// <summary>Every object in the YAML files below a folder of config/, with its file.</summary>
    internal static IEnumerable<(string File, JsonObject Object)> Under(string folder)
    {
        var root = Path.Combine(RepositoryRoot.Path, "config", folder);
        foreach (var file in Directory.EnumerateFiles(root, "*.yaml", SearchOption.AllDirectories).Where(f => Path.GetFileName(f) != "kustomization.yaml").Order(StringComparer.Ordinal))
        {
            var stream = new YamlStream();
            using var reader = new StreamReader(file);
            stream.Load(reader);
            foreach (var document in stream.Documents)
            {
                if (Json(document.RootNode) is JsonObject entity)
                    yield return (Path.GetRelativePath(RepositoryRoot.Path, file), entity);
            }
        }
    }

    private static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(p => KeyValuePair.Create(((YamlScalarNode)p.Key).Value!, Json(p.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Json)]),
        YamlScalarNode { Style: ScalarStyle.Plain } scalar => Plain(scalar.Value),
        YamlScalarNode scalar => scalar.Value,
        _ => null,
    };

    private static JsonNode? Plain(string? text) => text switch
    {
        null or "" or "null" or "~" => null,
        "true" => true,
        "false" => false,
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        _ => text,
    };
}
