namespace ModelOperator.Trainer.Learning;

/// <summary>What is known after one round.</summary>
/// <param name="Round">Rounds boosted, from 1.</param>
/// <param name="Rounds">Rounds asked for.</param>
/// <param name="Metrics">For example train_rmse and validation_rmse, in this order.</param>
public sealed record RoundReport(int Round, int Rounds, IReadOnlyList<KeyValuePair<string, double>> Metrics);
