using ModelOperator.ModelFormat;
using ModelOperator.Torch;
using ModelOperator.Trainer.Parameters;

namespace ModelOperator.Trainer.Learning.Networks;

/// <summary>A network, which predicts as the server does.</summary>
internal sealed class LearnedNetwork(NetworkModel model, NetworkScorer scorer, Objective objective, int epochs, int threads) : ILearned
{
    private const int RowsAtOnce = 256;

    public string Format => ModelDocument.NetworkFormatName;

    public byte[] Content { get; } = NetworkFile.Write(model);

    public LearnerDocument Describe() => new()
    {
        Name = "network",
        Version = TorchLibrary.Version,
        Objective = BoosterSettings.ObjectiveName(objective),
        Rounds = epochs,
        File = ModelDocument.NetworkFileName,
        Digest = "",
    };

    public float[] Predict(Dataset dataset)
    {
        var predictions = new float[dataset.Rows * scorer.Outputs];
        Parallel.For(0, (dataset.Rows + RowsAtOnce - 1) / RowsAtOnce, new ParallelOptions { MaxDegreeOfParallelism = threads }, part =>
        {
            var (first, end) = (part * RowsAtOnce, Math.Min(dataset.Rows, (part + 1) * RowsAtOnce));
            scorer.Predict(
                dataset.Values.AsSpan(first * dataset.Columns, (end - first) * dataset.Columns), predictions.AsSpan(first * scorer.Outputs, (end - first) * scorer.Outputs));
        });
        return predictions;
    }

    public double[] Importance() => NetworkExport.Importance(model, scorer.Features);

    public void Dispose()
    {
    }
}
