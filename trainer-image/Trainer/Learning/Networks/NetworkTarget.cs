using ModelOperator.ModelFormat;
using ModelOperator.Torch;
using ModelOperator.Trainer.Output;
using ModelOperator.Trainer.Parameters;

namespace ModelOperator.Trainer.Learning.Networks;

/// <summary>What a network's outputs are made to be, and back. Numbers are scaled to mean 0 and variance 1 over the training rows.</summary>
/// <param name="Type">The target's.</param>
/// <param name="Outputs">Per row.</param>
/// <param name="Mean">Of the training rows; 0 for classes.</param>
/// <param name="Deviation">Of the training rows; 1 for classes, and where all are equal.</param>
internal sealed record NetworkTarget(TargetType Type, int Outputs, double Mean, double Deviation)
{
    internal static NetworkTarget Of(Objective objective, int outputs, float[] labels)
    {
        if (objective != Objective.Regression)
            return new NetworkTarget(objective == Objective.Binary ? TargetType.Binary : TargetType.Multiclass, outputs, 0, 1);
        var mean = labels.Average(static label => (double)label);
        var deviation = Math.Sqrt(labels.Average(label => (label - mean) * (label - mean)));
        return new NetworkTarget(TargetType.Regression, outputs, mean, deviation > 0 ? deviation : 1);
    }

    internal NetworkLoss Loss => Type switch
    {
        TargetType.Regression => NetworkLoss.Squared,
        TargetType.Binary => NetworkLoss.Binary,
        _ => NetworkLoss.Classes,
    };

    internal string ScoreName => Type == TargetType.Regression ? "rmse" : "logloss";

    internal float[] Scale(float[] labels) => Type == TargetType.Regression ? [.. labels.Select(label => (float)((label - Mean) / Deviation))] : labels;

    /// <summary>The score that a mean loss is.</summary>
    internal double Score(double loss) => Type == TargetType.Regression ? Deviation * Math.Sqrt(loss) : loss;

    /// <summary>That of rows on which the network does not learn; null where it answers with what is no finite number.</summary>
    internal double? Score(Network network, NetworkRows rows)
    {
        var outputs = new float[rows.Labels.Length * Outputs];
        network.Forward(rows.Values, outputs);
        if (!Array.TrueForAll(outputs, float.IsFinite))
            return null;
        return Evaluation.Score(Type, Link(outputs), rows.Labels).First(score => score.Name == ScoreName).Value;
    }

    /// <summary>Predictions of outputs.</summary>
    internal float[] Link(float[] outputs)
    {
        var predictions = new float[outputs.Length];
        for (var at = 0; at < outputs.Length; at += Outputs)
            NetworkScorer.Link(Type, Mean, Deviation, outputs.AsSpan(at, Outputs), predictions.AsSpan(at, Outputs));
        return predictions;
    }
}
