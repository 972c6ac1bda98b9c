using System.Diagnostics.CodeAnalysis;
using ModelOperator.ModelFormat;
using ModelOperator.XGBoost;
using ModelOperator.XGBoost.Trees;

namespace ModelOperator.Server.Models;

/// <summary>Chooses what predicts: the trees walked here when they give libxgboost's predictions to the last bit, libxgboost itself otherwise.</summary>
/// <param name="Predictor">What predicts.</param>
/// <param name="Reason">Why it is libxgboost; null when it is not.</param>
internal sealed record PredictorChoice(IRowPredictor Predictor, string? Reason)
{
    private const int CheckedAtOnce = 256;

    /// <exception cref="XGBoostException">libxgboost cannot load the model.</exception>
    /// <exception cref="ArgumentException">The model has another number of columns.</exception>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The caller owns the predictor.")]
    internal static PredictorChoice Make(ModelBundle bundle)
    {
        var columns = bundle.Document.Features.Count;
        using var library = new DensePredictor(bundle.Booster.Span, columns, CheckedAtOnce);
        string? reason;
        try
        {
            var trees = TreeEnsemble.Read(bundle.Booster.Span, columns);
            reason = TreeEnsembleCheck.Difference(trees, library);
            if (reason is null)
                return new PredictorChoice(new TreePredictor(trees), null);
        }
        catch (Exception failure) when (failure is NotSupportedException or FormatException)
        {
            reason = failure.Message;
        }

        return new PredictorChoice(new PredictorPool(bundle.Booster, columns, Math.Clamp(Environment.ProcessorCount, 1, 64)), reason);
    }
}
