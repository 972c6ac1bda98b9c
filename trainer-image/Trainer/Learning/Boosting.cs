using System.Globalization;
using ModelOperator.Trainer.Parameters;
using ModelOperator.XGBoost;

namespace ModelOperator.Trainer.Learning;

/// <summary>The boosting loop: rounds, evaluation, early stopping, checkpoints.</summary>
internal sealed class Boosting(
    TrainingParameters parameters, string fingerprint, string? checkpointDirectory, int threads, TimeProvider time, TimeSpan? checkpointInterval = null)
{
    private long savedAt = time.GetTimestamp();

    /// <summary>Trains to the end.</summary>
    /// <param name="train">Rows to learn from.</param>
    /// <param name="validation">Rows to judge by, if any.</param>
    /// <param name="resume">Where an earlier attempt stopped.</param>
    /// <param name="report">Called after every round.</param>
    /// <param name="stop">When cancelled, the loop checkpoints after the round it is in and ends.</param>
    /// <returns>The model's bytes, its rounds and the prediction before the first tree.</returns>
    /// <exception cref="TrainerException">Yielded (with <see cref="ExitCode.Yielded"/>), or the device is not there.</exception>
    public (byte[] Booster, int Rounds, double BaseScore) Train(
        Dataset train, Dataset? validation, (Checkpoint Checkpoint, byte[] Booster)? resume, Action<RoundReport> report, CancellationToken stop)
    {
        using var trainMatrix = Matrix(train);
        using var validationMatrix = validation is null ? null : Matrix(validation);
        List<(string Name, DMatrix Matrix)> sets = [("train", trainMatrix)];
        if (validationMatrix is not null)
            sets.Add(("validation", validationMatrix));
        var baseScore = BaseScore(train.Labels);
        var sampling = parameters.Subsample < 1 ? new RowSampling(parameters, train.Labels) : null;
        using var booster = Open(resume?.Booster, sets, baseScore);
        var round = resume?.Checkpoint.Round ?? 0;
        if (round > parameters.Rounds)
            throw TrainerException.BadData($"the checkpoint is of round {round}, and rounds is {parameters.Rounds}");
        var best = resume is { Checkpoint: var old } && old.BestScore is { } score ? new EarlyStopping(old.BestRound, score) : EarlyStopping.Start;
        while (round < parameters.Rounds && !best.ShouldStop(round, parameters.EarlyStoppingRounds))
        {
            if (stop.IsCancellationRequested)
                throw Yield(booster, round, best);
            if (sampling is null)
                booster.Update(round, trainMatrix);
            else
                sampling.Update(booster, trainMatrix, round);
            if (round == 0)
                RequireDevice(booster);
            var metrics = Parse(booster.Evaluate(round, sets));
            round++;
            if (parameters.EarlyStoppingRounds > 0)
                best = best.After(round, metrics[^1].Value);
            report(new RoundReport(round, parameters.Rounds, metrics));
            if (checkpointDirectory is not null && IsDue(round))
                Save(checkpointDirectory, booster, round, best);
        }

        return Finish(booster, parameters.EarlyStoppingRounds > 0 ? best.Round : round, baseScore);
    }

    internal static IReadOnlyList<KeyValuePair<string, double>> Parse(string evaluation) =>
        [.. evaluation.Split('\t').Skip(1).Select(part => part.LastIndexOf(':') is var colon and > 0
            ? KeyValuePair.Create(part[..colon].Replace('-', '_'), double.Parse(part.AsSpan(colon + 1), CultureInfo.InvariantCulture))
            : throw new FormatException($"libxgboost answered the evaluation '{evaluation}'"))];

    private static (byte[] Booster, int Rounds, double BaseScore) Finish(Booster booster, int rounds, double baseScore)
    {
        if (rounds == booster.Rounds)
            return (booster.Save(), rounds, baseScore);
        using var first = booster.First(rounds);
        return (first.Save(), rounds, baseScore);
    }

    private TrainerException Yield(Booster booster, int round, EarlyStopping best)
    {
        if (checkpointDirectory is null)
            return new TrainerException(ExitCode.Yielded, $"asked to stop after round {round}; MODELOP_CHECKPOINT_DIR is not set, so the next attempt starts over");
        Save(checkpointDirectory, booster, round, best);
        return new TrainerException(ExitCode.Yielded, $"asked to stop; checkpoint of round {round} is in {checkpointDirectory}") { CheckpointStep = round };
    }

    /// <summary>The last round too: another run may go on from there with more.</summary>
    private bool IsDue(int round) =>
        (parameters.CheckpointEveryRounds > 0 && (round % parameters.CheckpointEveryRounds == 0 || round == parameters.Rounds))
        || (checkpointInterval is { } interval && (round == parameters.Rounds || time.GetElapsedTime(savedAt) >= interval));

    private void Save(string directory, Booster booster, int round, EarlyStopping best)
    {
        CheckpointStore.Save(directory, round, booster.Save(), best, fingerprint);
        savedAt = time.GetTimestamp();
    }

    private DMatrix Matrix(Dataset dataset) => DMatrix.FromDense(dataset.Values, dataset.Columns, dataset.Labels, threads);

    private Booster Open(byte[]? model, List<(string Name, DMatrix Matrix)> sets, double baseScore)
    {
        DMatrix[] matrices = [.. sets.Select(set => set.Matrix)];
        var booster = model is { Length: > 0 } ? Booster.Load(model, matrices) : Booster.Create(matrices);
        foreach (var (name, value) in BoosterSettings.For(parameters, baseScore, threads, XGBoostLibrary.Version))
            booster.SetParameter(name, value);
        return booster;
    }

    // The mean label: the best constant, and the same number whatever the library's version would choose.
    private double BaseScore(float[] labels)
    {
        var mean = labels.Average(label => (double)label);
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
