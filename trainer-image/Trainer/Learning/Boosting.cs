using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using ModelOperator.Trainer.Parameters;
using ModelOperator.XGBoost;

namespace ModelOperator.Trainer.Learning;

/// <summary>The boosting loop: rounds, evaluation, early stopping, checkpoints.</summary>
/// <param name="parameters">With trees.</param>
/// <param name="outputs">Predictions per row: one, or one per class.</param>
/// <param name="threads">For libxgboost.</param>
/// <param name="time">For the interval between checkpoints.</param>
/// <param name="plan">Checkpoints; null where the state is not worth keeping.</param>
internal sealed class Boosting(TrainingParameters parameters, int outputs, int threads, TimeProvider time, CheckpointPlan? plan)
{
    private readonly TreeParameters trees = parameters.Trees!;
    private long savedAt = time.GetTimestamp();
    private int savedRound = plan?.Resume?.Checkpoint.Round ?? 0;

    /// <summary>Trains to the end.</summary>
    /// <param name="train">Rows to learn from.</param>
    /// <param name="validation">Rows to judge by, if any.</param>
    /// <param name="report">Called after every round.</param>
    /// <param name="stop">When cancelled, the loop checkpoints after the round it is in and ends.</param>
    /// <exception cref="TrainerException">Yielded (with <see cref="ExitCode.Yielded"/>), or the device is not there.</exception>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "What was learned keeps the booster, or it is disposed here.")]
    public LearnedTrees Train(Dataset train, Dataset? validation, Action<RoundReport> report, CancellationToken stop)
    {
        using var trainMatrix = Matrix(train);
        using var validationMatrix = validation is null ? null : Matrix(validation);
        List<(string Name, DMatrix Matrix)> sets = [("train", trainMatrix)];
        if (validationMatrix is not null)
            sets.Add(("validation", validationMatrix));
        var baseScore = BaseScore(train);
        var booster = Open(plan?.Resume?.Content, sets, baseScore);
        try
        {
            var rounds = Boost(booster, sets, train.Labels, report, stop);
            var content = First(booster, rounds);
            // Reading the model back takes long for a large one.
            var isWhole = rounds == booster.Rounds && parameters.Device == TrainingDevice.Cpu;
            var learned = new LearnedTrees(isWhole ? booster : Booster.Load(content), content, parameters.Objective, baseScore, train.Columns, threads);
            if (!isWhole)
                booster.Dispose();
            return learned;
        }
        catch
        {
            booster.Dispose();
            throw;
        }
    }

    /// <returns>The rounds to keep.</returns>
    private int Boost(Booster booster, List<(string Name, DMatrix Matrix)> sets, float[] labels, Action<RoundReport> report, CancellationToken stop)
    {
        var resume = plan?.Resume;
        var sampling = trees is { IsForest: false, Subsample: < 1 } ? new RowSampling(parameters, outputs, labels) : null;
        var round = resume?.Checkpoint.Round ?? 0;
        if (round > trees.Rounds)
            throw TrainerException.BadData($"the checkpoint is of round {round}, and rounds is {trees.Rounds}");
        var best = resume is { Checkpoint: var old } && old.BestScore is { } score ? new EarlyStopping(old.BestRound, score) : EarlyStopping.Start;
        while (round < trees.Rounds && !best.ShouldStop(round, trees.EarlyStoppingRounds))
        {
            if (stop.IsCancellationRequested)
                throw Yield(booster, round, best);
            if (sampling is null)
                booster.Update(round, sets[0].Matrix);
            else
                sampling.Update(booster, sets[0].Matrix, round);
            if (round == 0)
                RequireDevice(booster);
            // A forest has no second round: its only point is the result's own metrics.
            var metrics = trees.IsForest ? [] : Parse(booster.Evaluate(round, sets));
            round++;
            if (trees.EarlyStoppingRounds > 0)
                best = best.After(round, metrics[^1].Value);
            report(new RoundReport(round, trees.Rounds, metrics));
            if (plan?.Directory is { } directory && IsDue(round))
                Save(directory, booster, round, best);
        }

        // What is trained must outlive a stop, or the end, of the optimising that follows.
        if (parameters.Optimiser is not null && plan?.Directory is { } last && savedRound != round)
            Save(last, booster, round, best);
        if (trees.EarlyStoppingRounds == 0)
            return round;
        return best.Round > 0 ? best.Round : throw TrainerException.BadData(
            "no round's validation score is a finite 32-bit number, so there is no best one: look for extreme targets (parameter 'rowFilter'), or scale them");
    }

    internal static IReadOnlyList<KeyValuePair<string, double>> Parse(string evaluation) =>
        [.. evaluation.Split('\t').Skip(1).Select(part => part.LastIndexOf(':') is var colon and > 0
            ? KeyValuePair.Create(
                part[..colon].Replace("-mlogloss", "_logloss", StringComparison.Ordinal).Replace('-', '_'),
                Number(part.AsSpan(colon + 1)))
            : throw new FormatException($"libxgboost answered the evaluation '{evaluation}'"))];

    // As C++ writes it: the framework's infinity has another name.
    private static double Number(ReadOnlySpan<char> text) => text switch
    {
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        "-nan" => double.NaN,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };

    private static byte[] First(Booster booster, int rounds)
    {
        if (rounds == booster.Rounds)
            return booster.Save();
        using var first = booster.First(rounds);
        return first.Save();
    }

    private TrainerException Yield(Booster booster, int round, EarlyStopping best)
    {
        if (plan?.Directory is not { } directory)
            return new TrainerException(
                ExitCode.Yielded,
                $"asked to stop after round {round}{(plan is null ? " of a fold" : "; MODELOP_CHECKPOINT_DIR is not set")}, so the next attempt starts over");
        Save(directory, booster, round, best);
        return new TrainerException(ExitCode.Yielded, $"asked to stop; checkpoint of round {round} is in {directory}") { CheckpointStep = round };
    }

    /// <summary>The last round too: another run may go on from there with more.</summary>
    private bool IsDue(int round) =>
        (trees.CheckpointEveryRounds > 0 && (round % trees.CheckpointEveryRounds == 0 || round == trees.Rounds))
        || (plan?.Interval is { } interval && (round == trees.Rounds || time.GetElapsedTime(savedAt) >= interval));

    private void Save(string directory, Booster booster, int round, EarlyStopping best)
    {
        CheckpointStore.Save(directory, "booster", ".ubj", round, round, booster.Save(), best, plan!.Fingerprint);
        (savedAt, savedRound) = (time.GetTimestamp(), round);
    }

    private DMatrix Matrix(Dataset dataset) => DMatrix.FromDense(dataset.Values, dataset.Columns, dataset.Labels, threads);

    private Booster Open(byte[]? model, List<(string Name, DMatrix Matrix)> sets, double baseScore)
    {
        DMatrix[] matrices = [.. sets.Select(set => set.Matrix)];
        var booster = model is { Length: > 0 } ? Booster.Load(model, matrices) : Booster.Create(matrices);
        foreach (var (name, value) in BoosterSettings.For(parameters, outputs, baseScore, threads, XGBoostLibrary.Version))
            booster.SetParameter(name, value);
        return booster;
    }

    // The mean label: the best constant, and the same number whatever the library's version would choose. Of several classes there is none.
    private double BaseScore(Dataset train)
    {
        if (outputs > 1)
            return 0.5;
        var mean = train.MeanLabel;
        return parameters.Objective == Objective.Regression ? mean : Math.Clamp(mean, 1e-6, 1 - 1e-6);
    }

    // libxgboost 2.0 and later fall back to the CPU with a warning; what it really uses stands in its configuration.
    private void RequireDevice(Booster booster)
    {
        if (parameters.Device != TrainingDevice.Cuda)
            return;
        var configuration = booster.SaveConfiguration();
        if (!configuration.Contains("\"device\":\"cuda", StringComparison.Ordinal) && !configuration.Contains("gpu_hist", StringComparison.Ordinal))
            throw new TrainerException(ExitCode.Unavailable, "device 'cuda' was asked for, but libxgboost went back to the CPU; see its warning above");
    }
}
