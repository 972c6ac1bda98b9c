using ModelOperator.TrainingRuns;
using ModelOperator.TrainingRuns.Sweeps;

namespace ModelOperator.Tests.TrainingRuns.Sweeps;

/// <summary>Sweeps to start tests from.</summary>
internal static class SweepSpecs
{
    internal static SweepObjective Lowest { get; } = new() { Metric = "rmse", Goal = SweepGoal.Minimize };

    internal static TrainingSweep Grid { get; } = new()
    {
        Algorithm = SweepAlgorithm.Grid,
        Parameters = [Values("depth", "2", "4", "6"), Values("eta", "0.1", "0.3")],
        Objective = Lowest,
        Parallelism = 2,
    };

    internal static TrainingSweep Random { get; } = new()
    {
        Algorithm = SweepAlgorithm.Random,
        Parameters = [Range("eta", 0.001, 0.3, SweepScale.Log), Range("depth", 2, 10, type: SweepNumberType.Integer)],
        Trials = 6,
        Seed = 7,
        Objective = Lowest,
        Parallelism = 2,
    };

    internal static TrainingSweep Halving { get; } = new()
    {
        Algorithm = SweepAlgorithm.SuccessiveHalving,
        Parameters = [Range("eta", 0.001, 0.3, SweepScale.Log)],
        Halving = new SweepHalving { Parameter = "rounds", Minimum = 10, Maximum = 90 },
        Trials = 13,
        Objective = Lowest,
        Parallelism = 4,
    };

    internal static SweepParameter Values(string name, params string[] values) => new() { Name = name, Values = values };

    internal static SweepParameter Range(string name, double low, double high, SweepScale scale = SweepScale.Linear, SweepNumberType type = SweepNumberType.Number, int? count = null) =>
        new() { Name = name, Minimum = low, Maximum = high, Scale = scale, Type = type, Count = count };

    internal static TrainingRunSpec Spec(TrainingSweep sweep) => Runs.Spec with { Sweep = sweep };

    internal static V1TrainingRun Run(TrainingSweep sweep) => Runs.Run(Spec(sweep));
}
