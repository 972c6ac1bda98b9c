using System.Text.Json;
using System.Text.Json.Nodes;
using ModelOperator.Tests.Crds;

namespace ModelOperator.Tests.TrainingRuns;

/// <summary>Bodies that are kept as files. MODELOP_UPDATE_GOLDEN=1 writes them anew; the difference is then reviewed.</summary>
internal static class Golden
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver() };

    internal static void Check(string name, JsonNode actual)
    {
        var path = Path.Combine(RepositoryRoot.Path, "tests", "ModelOperator.Tests", "TrainingRuns", "golden", name + ".json");
        var text = actual.ToJsonString(Indented) + "\n";
        if (Environment.GetEnvironmentVariable("MODELOP_UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }

        Assert.Equal(File.ReadAllText(path), text);
    }
}
