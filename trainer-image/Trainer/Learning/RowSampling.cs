using ModelOperator.Trainer.Data;
using ModelOperator.Trainer.Parameters;
using ModelOperator.XGBoost;

namespace ModelOperator.Trainer.Learning;

/// <summary>
/// Stochastic boosting: each round sees a share of the rows, dealt by a hash of seed, round and row; the others get zero derivatives.
/// libxgboost's own <c>subsample</c> draws from a generator whose state is not in a saved model, so that a resumed training would differ.
/// </summary>
internal sealed class RowSampling(TrainingParameters parameters, float[] labels)
{
    private readonly float[] _gradients = new float[labels.Length];
    private readonly float[] _hessians = new float[labels.Length];

    internal void Update(Booster booster, DMatrix train, int round)
    {
        booster.PredictMargins(train, _gradients);
        var salt = RowHash.Round(round);
        for (var row = 0; row < labels.Length; row++)
        {
            var sampled = RowHash.Fraction(parameters.Seed, salt, row) < parameters.Subsample;
            (_gradients[row], _hessians[row]) = sampled ? Derivatives(_gradients[row], labels[row]) : (0, 0);
        }

        booster.Update(train, _gradients, _hessians);
    }

    // Squared error (m-y)^2/2 and log loss on p = 1/(1+exp(-m)); XGBoost keeps hessians of the latter above 1e-16.
    private (float Gradient, float Hessian) Derivatives(float margin, float label)
    {
        if (parameters.Objective == Objective.Regression)
            return (margin - label, 1);
        var probability = 1 / (1 + MathF.Exp(-margin));
        return (probability - label, MathF.Max(probability * (1 - probability), 1e-16f));
    }
}
