using System.Globalization;
using ModelOperator.ModelFormat;

namespace ModelOperator.Server.Tests;

/// <summary>Rows of the toy models, parameters to train these with, and what a server answers for them.</summary>
internal static class ToyRows
{
    private static readonly string[] Targets = ["y", "high", "level"];

    internal static List<(float Size, int Grade, float Age)> Make(int count) =>
        [.. Enumerable.Range(0, count).Select(i => (i * 7 % 83 / 21f, i * 5 % 4, i % 9 == 0 ? float.NaN : i % 17))];

    /// <summary>As the models take them.</summary>
    internal static float[] Values(List<(float Size, int Grade, float Age)> rows) => [.. rows.SelectMany(row => new[] { row.Size, row.Grade, row.Age })];

    /// <summary>Parameters out of a line of them, NAME=value with commas between them; a semicolon stands for a comma in a value.</summary>
    internal static (string, string)[] Settings(string target, string settings)
    {
        var given = settings.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(pair => (Name: pair.Split('=')[0], Value: pair.Split('=')[1].Replace(';', ','))).ToList();
        if (given.Exists(pair => pair.Name == "LEARNER"))
            given.Add(("ROUNDS", ""));
        return [("TARGET", target), ("DROP_COLUMNS", string.Join(',', Targets.Where(name => name != target))), .. given];
    }

    /// <summary>A row's predictions behind the other's: a number, or the probability of each class.</summary>
    internal static async Task<double[]> AskAsync(ServerHarness server, ModelBundle bundle, List<(float Size, int Grade, float Age)> rows)
    {
        var grades = bundle.Document.Features[1].Categories!;
        var body = string.Join(',', rows.Select(row => string.Create(
            CultureInfo.InvariantCulture, $$"""{"age":{{(float.IsNaN(row.Age) ? "null" : row.Age)}},"grade":"{{grades[row.Grade]}}","size":{{row.Size:R}}}""")));
        var (status, reply) = await server.PostAsync("/predict/batch", $$"""{"instances":[{{body}}]}""");
        Assert.Equal(200, status);
        var classes = bundle.Document.Target.Type == TargetType.Multiclass ? bundle.Document.Target.Classes : null;
        return [.. reply.GetProperty("predictions").EnumerateArray().SelectMany(item => classes is null
            ? [item.GetProperty("prediction").GetDouble()]
            : classes.Select(label => item.GetProperty("probabilities").GetProperty(label).GetDouble()))];
    }

    /// <summary>Equal but for a share of the larger of a number and <paramref name="unit"/>.</summary>
    internal static void Close(double[] expected, double[] actual, double share = 1e-5, double unit = 1)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, share * Math.Max(unit, Math.Abs(pair.First))));
    }
}
