using System.Text.Json;
using ModelOperator.ModelFormat;
using ModelOperator.Trainer.Data;
using ModelOperator.Trainer.Output;
using ModelOperator.Trainer.Parameters;

namespace ModelOperator.Trainer.Learning.Linear;

/// <summary>A linear model.</summary>
internal sealed class LearnedLinear(LinearDocument document, IReadOnlyList<int> categories, Table table, Objective objective, int steps) : ILearned
{
    private readonly LinearScorer _scorer = new(document, categories, table.TargetType, table.Outputs);

    public string Format => ModelDocument.LinearFormatName;

    public byte[] Content { get; } = JsonSerializer.SerializeToUtf8Bytes(document, ModelWritingContext.Default.LinearDocument);

    public LearnerDocument Describe() => new()
    {
        Name = "linear",
        Version = typeof(LearnedLinear).Assembly.GetName().Version?.ToString(3) ?? "0",
        Objective = BoosterSettings.ObjectiveName(objective),
        Rounds = steps,
        File = ModelDocument.LinearFileName,
        Digest = "",
    };

    public float[] Predict(Dataset dataset)
    {
        var predictions = new float[dataset.Rows * table.Outputs];
        _scorer.Predict(dataset.Values, predictions);
        return predictions;
    }

    /// <summary>The sizes of the scaled columns' coefficients.</summary>
    public double[] Importance()
    {
        var sizes = new double[categories.Count];
        foreach (var column in document.Columns)
        {
            foreach (var coefficient in column.Coefficients)
                sizes[column.Feature] += Math.Abs(coefficient);
        }

        return sizes;
    }

    public void Dispose()
    {
    }
}
