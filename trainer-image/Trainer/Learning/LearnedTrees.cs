using System.Globalization;
using ModelOperator.ModelFormat;
using ModelOperator.Trainer.Parameters;
using ModelOperator.XGBoost;

namespace ModelOperator.Trainer.Learning;

/// <summary>An ensemble of trees.</summary>
internal sealed class LearnedTrees : ILearned
{
    private readonly Booster _booster;
    private readonly Objective _objective;
    private readonly double _baseScore;
    private readonly int _columns;
    private readonly int _threads;

    /// <param name="booster">The model; this object's from now on.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="objective">What was learned.</param>
    /// <param name="baseScore">The prediction before the first tree.</param>
    /// <param name="columns">Of the data.</param>
    /// <param name="threads">For predictions.</param>
    internal LearnedTrees(Booster booster, byte[] content, Objective objective, double baseScore, int columns, int threads)
    {
        (_booster, Content, _objective, _baseScore, _columns, _threads) = (booster, content, objective, baseScore, columns, threads);
        _booster.SetParameter("nthread", threads.ToString(CultureInfo.InvariantCulture));
    }

    public string Format => ModelDocument.FormatName;

    public byte[] Content { get; }

    public LearnerDocument Describe() => new()
    {
        Name = "xgboost",
        Version = XGBoostLibrary.Version.ToString(),
        Objective = BoosterSettings.ObjectiveName(_objective),
        BaseScore = _baseScore,
        Rounds = _booster.Rounds,
        File = ModelDocument.BoosterFileName,
        Digest = "",
    };

    public float[] Predict(Dataset dataset)
    {
        using var matrix = DMatrix.FromDense(dataset.Values, dataset.Columns, dataset.Labels, _threads);
        return _booster.Predict(matrix);
    }

    public double[] Importance() => _booster.TotalGain(_columns);

    public void Dispose() => _booster.Dispose();
}
