using ModelOperator.Trainer.Data;
using ModelOperator.Trainer.Parameters;
using ModelOperator.XGBoost;

namespace ModelOperator.Trainer.Learning;

/// <summary>
/// Stochastic boosting: each round sees a share of the rows, dealt by a hash of seed, round and row; the others get zero derivatives.
/// libxgboost's own <c>subsample</c> draws from a generator whose state is not in a saved model, so that a resumed training would differ.
/// </summary>
internal sealed class RowSampling(TrainingParameters parameters, int outputs, float[] labels)
{
    private readonly float[] _gradients = new float[labels.Length * outputs];
    private readonly float[] _hessians = new float[labels.Length * outputs];

    internal void Update(Booster booster, DMatrix train, int round)
    {
        booster.PredictMargins(train, _gradients);
        var salt = RowHash.Round(round);
        for (var row = 0; row < labels.Length; row++)
        {
            var gradients = _gradients.AsSpan(row * outputs, outputs);
            var hessians = _hessians.AsSpan(row * outputs, outputs);
            if (RowHash.Fraction(parameters.Seed, salt, row) >= parameters.Trees!.Subsample)
            {
                gradients.Clear();
                hessians.Clear();
            }
            else if (outputs > 1)
                ClassDerivatives(gradients, hessians, (int)labels[row]);
            else
                (gradients[0], hessians[0]) = Derivatives(gradients[0], labels[row]);
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

    // Log loss on p = exp(m) / sum(exp(m)); XGBoost takes 2p(1-p) for the diagonal of the hessian.
    private static void ClassDerivatives(Span<float> margins, Span<float> hessians, int label)
    {
        var most = margins[0];
        foreach (var margin in margins)
            most = MathF.Max(most, margin);
        double all = 0;
        foreach (ref var margin in margins)
            all += margin = MathF.Exp(margin - most);
        for (var i = 0; i < margins.Length; i++)
        {
            var probability = margins[i] / (float)all;
            hessians[i] = MathF.Max(2 * probability * (1 - probability), 1e-16f);
            margins[i] = i == label ? probability - 1 : probability;
        }
    }
}
