using ModelOperator.Trainer.Parameters;

namespace ModelOperator.Trainer.Tests;

/// <summary>The samples' parameters are ones that the trainer takes.</summary>
public sealed class SampleTests
{
    public static TheoryData<string> Samples =>
        [.. Directory.EnumerateFiles(Path.Combine(Root(), "config", "samples"), "trainingrun*.yaml").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_sample_s_parameters_are_accepted(string file)
    {
        var text = File.ReadAllText(Path.Combine(Root(), "config", "samples", file));
        foreach (var document in text.Split("\n---\n").Where(document => !document.Contains("\n  image:", StringComparison.Ordinal)))
            Assert.NotEmpty(TrainingParameters.Parse(Parameters(document)).Describe());
    }

    // The lines below "params:" that are indented further.
    private static Dictionary<string, string> Parameters(string document) => document.Split('\n')
        .SkipWhile(line => line != "  params:").Skip(1)
        .TakeWhile(line => line.StartsWith("    ", StringComparison.Ordinal))
        .Where(line => !line.TrimStart().StartsWith('#'))
        .Select(line => line.Split('#')[0].Split(':', 2))
        .ToDictionary(pair => pair[0].Trim(), pair => pair[1].Trim().Trim('"'));

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ModelOperator.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException("ModelOperator.sln stands in no folder above the tests");
    }
}
