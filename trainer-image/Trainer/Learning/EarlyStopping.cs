namespace ModelOperator.Trainer.Learning;

/// <summary>The best round so far; lower scores are better.</summary>
/// <param name="Round">Rounds of the best ensemble, 0 before the first.</param>
/// <param name="Score">Its score on validation.</param>
public readonly record struct EarlyStopping(int Round, double Score)
{
    public static EarlyStopping Start { get; } = new(0, double.PositiveInfinity);

    public EarlyStopping After(int round, double score) => score < Score ? new EarlyStopping(round, score) : this;

    public bool ShouldStop(int round, int patience) => patience > 0 && round - Round >= patience;
}
