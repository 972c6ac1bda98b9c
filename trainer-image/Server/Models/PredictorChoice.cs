using System.Diagnostics.CodeAnalysis;
using ModelOperator.ModelFormat;
using ModelOperator.XGBoost;
using ModelOperator.XGBoost.Trees;

namespace ModelOperator.Server.Models;

/// <summary>Chooses what predicts: a linear model's or a network's sums; of trees those walked here when they give libxgboost's predictions to the last bit, libxgboost itself otherwise.</summary>
/// <param name="Predictor">What predicts.</param>
/// <param name="Reason">Why it is libxgboost; null when it is not.</param>
internal sealed record PredictorChoice(IRowPredictor Predictor, string? Reason)
{
    private const int CheckedAtOnce = 256;

    /// <exception cref="ModelFormatException">What was learned cannot be used, or not on the device.</exception>
    /// <exception cref="DeviceUnavailableException">The device is not there, or a library that works on it.</exception>
    /// <exception cref="DeviceFailedException">The device is there and fails.</exception>
    /// <exception cref="XGBoostException">libxgboost cannot load the model.</exception>
    /// <exception cref="ArgumentException">The model has another number of columns.</exception>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The caller owns the predictor.")]
    internal static PredictorChoice Make(ModelBundle bundle, PredictorTerms terms)
    {
        if (terms.Device == ServingDevice.Cuda)
            return new PredictorChoice(new BatchingPredictor(OnCuda(bundle, terms), bundle.Document.Columns.Count(), bundle.Document.Target.Outputs, terms), null);
        if (bundle.Document.LearnedFormat == ModelDocument.LinearFormatName)
            return new PredictorChoice(new DirectPredictor("linear", LinearScorer.Read(bundle).Predict), null);
        if (bundle.Document.LearnedFormat is ModelDocument.NetworkFormatName or ModelDocument.Int8NetworkFormatName)
            return new PredictorChoice(new DirectPredictor("network", NetworkScorer.Read(bundle).Predict), null);
        if (bundle.Document.LearnedFormat == ModelDocument.TreesFormatName)
            return new PredictorChoice(new DirectPredictor("trees", TreeEnsemble.Read(bundle).Predict), null);
        var (columns, outputs) = (bundle.Document.Columns.Count(), bundle.Document.Target.Outputs);
        using var library = new DensePredictor(bundle.Learned.Span, columns, CheckedAtOnce, outputs);
        string? reason;
        try
        {
            var trees = TreeEnsemble.Read(bundle.Learned.Span, columns);
            reason = trees.Outputs == outputs
                ? TreeEnsembleCheck.Difference(trees, library)
                : throw new ModelFormatException($"the booster makes {trees.Outputs} predictions per row, the target needs {outputs}");
            if (reason is null)
                return new PredictorChoice(new DirectPredictor("trees", trees.Predict), null);
        }
        catch (Exception failure) when (failure is NotSupportedException or FormatException)
        {
            reason = failure.Message;
        }

        return new PredictorChoice(new PredictorPool(bundle.Learned, columns, outputs, Math.Clamp(Environment.ProcessorCount, 1, 64)), reason);
    }

    // What a GPU cannot do is refused: nobody who asked for one is served by the processors instead.
    private static IDeviceModel OnCuda(ModelBundle bundle, PredictorTerms terms) => bundle.Document.LearnedFormat switch
    {
        ModelDocument.NetworkFormatName or ModelDocument.Int8NetworkFormatName => TorchModel.Make(bundle, terms.Rehearsal),
        ModelDocument.FormatName => new BoosterModel(bundle, terms.BatchRows, terms.Rehearsal),
        ModelDocument.TreesFormatName => throw new ModelFormatException(
            $"{bundle.Document.Learner.File} has smaller trees than libxgboost can read, so device 'cuda' cannot serve it: serve the model itself, or use device cpu"),
        _ => throw new ModelFormatException("a linear model is summed on a processor before its row could reach a GPU, so device 'cuda' does not serve it: use device cpu"),
    };
}
