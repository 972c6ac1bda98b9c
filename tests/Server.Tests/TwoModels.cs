using System.Text.Json;
using ModelOperator.Server.Models;

namespace ModelOperator.Server.Tests;

/// <summary>Two models of the same features that predict otherwise: trees that are walked, and trees that libxgboost predicts with memory of its own.</summary>
public sealed class TwoModels : IAsyncLifetime
{
    internal const string Features = """{"size": 1.5, "grade": "good", "age": 3}""";
    internal const string Row = $$"""{"features": {{Features}}}""";

    private readonly List<string> _folders = [];

    /// <summary>Their directories.</summary>
    public IReadOnlyList<string> Directories => [.. _folders.Select(static folder => Path.Combine(folder, "output", "model"))];

    /// <summary>What each predicts for <see cref="Row"/>.</summary>
    public float[] Predictions { get; private set; } = [];

    public async Task InitializeAsync()
    {
        _folders.Add(await ServerHarness.TrainAsync());
        _folders.Add(await ServerHarness.TrainAsync(("ROUNDS", "3")));
        await PredictorChoiceTests.SetObjectiveAsync(Directories[1], "reg:pseudohubererror");
        Predictions = [await PredictAsync(Directories[0], "trees"), await PredictAsync(Directories[1], "libxgboost")];
        Assert.True(Math.Abs(Predictions[0] - Predictions[1]) > 1);
    }

    public Task DisposeAsync()
    {
        foreach (var folder in _folders)
            Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }

    private static async Task<float> PredictAsync(string directory, string predictor)
    {
        using var model = await ServedModel.LoadAsync(directory, null, null, null, PredictorTerms.Cpu, CancellationToken.None);
        Assert.Equal(predictor, model.Predictor);
        return await PredictAsync(model);
    }

    internal static async Task<float> PredictAsync(ServedModel model)
    {
        using var rows = model.NewRows();
        Encode(model, rows);
        await model.PredictAsync(rows, CancellationToken.None);
        return rows.Predictions[0];
    }

    private static void Encode(ServedModel model, Rows.RowBuffer rows)
    {
        var reader = new Utf8JsonReader(System.Text.Encoding.UTF8.GetBytes(Row));
        reader.Read();
        model.Rows.ReadRequest(ref reader, rows);
    }
}
