using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ModelOperator.ModelFormat;
using ModelOperator.Torch;
using ModelOperator.Trainer.Learning;
using ModelOperator.Trainer.Learning.Linear;
using ModelOperator.Trainer.Learning.Networks;
using ModelOperator.Trainer.Optimising;
using ModelOperator.Trainer.Output;
using ModelOperator.Trainer.Parameters;
using ModelOperator.Trainer.Reporting;
using ModelOperator.XGBoost;

namespace ModelOperator.Trainer;

/// <summary>One training from the contract's inputs to its outputs.</summary>
public sealed class TrainerRun(TrainerEnvironment environment, TimeProvider time, TextWriter output, TextWriter errors)
{
    private const string ModelDirectory = "model";

    private readonly long _started = time.GetTimestamp();

    /// <summary>Trains and writes the result.</summary>
    /// <exception cref="TrainerException">The training cannot be done, or was asked to stop.</exception>
    public async Task<ResultDocument> RunAsync(CancellationToken stop)
    {
        var parameters = TrainingParameters.Parse(await ParameterSource.ReadAsync(environment, stop));
        DeviceCheck.Require(parameters);
        // The runtime's count already respects cgroup limits (v1 and v2) and CPU affinity.
        var threads = parameters.Threads > 0 ? parameters.Threads : Environment.ProcessorCount;
        var data = PreparedData.Load(parameters, environment.DatasetDirectory, stop);
        Announce(parameters, data, threads);
        await using var status = StatusReporter.Start(environment, time, Warn);
        using var file = new MetricsFile(environment.MetricsFile, time, Warn);
        var progress = new Progress(parameters, file, status, time, Say);
        var folds = CrossValidation.Run(
            data, parameters.Seed, parameters.Folds, (part, fold) => Learn(parameters, part, threads, null, report => progress.Fold(fold, report), stop), progress.FoldDone);
        var plan = Plan(parameters, data);
        var (began, rounds) = (time.GetTimestamp(), 0);
        using var learned = Learn(
            parameters,
            data,
            threads,
            plan,
            report =>
            {
                rounds++;
                progress.Round(report, plan.Resume?.Checkpoint.Round ?? 0);
            },
            stop);
        var pace = (Seconds: time.GetElapsedTime(began).TotalSeconds, Rounds: rounds);
        var optimised = parameters.Optimiser is null
            ? null
            : new Optimiser(parameters, data, threads, time, Warn, stop).Run(learned, ModelWriter.SamplePositions(data.Split.TrainRows.Count));
        var result = Finish(parameters, data, learned, folds, optimised, pace);
        status?.SetDone(result.Metrics);
        return result;
    }

    private void Say(string line) => output.WriteLine(line);

    private void Warn(string reason) => errors.WriteLine("warning: " + reason);

    private ILearned Learn(
        TrainingParameters parameters, PreparedData data, int threads, CheckpointPlan? plan, Action<RoundReport> report, CancellationToken stop) =>
        parameters.Learner switch
        {
            Learner.Linear => new LinearLearning(parameters, data, threads, Warn).Train(report, stop),
            Learner.Network => new NetworkLearning(parameters, data, threads, time, plan).Train(report, stop),
            _ => new Boosting(parameters, data.Table.Outputs, threads, time, plan).Train(data.Train, data.Validation, report, stop),
        };

    private CheckpointPlan Plan(TrainingParameters parameters, PreparedData data)
    {
        // A linear model is not worth a checkpoint.
        if (parameters.Learner == Learner.Linear)
            return new CheckpointPlan(null, null, "", null);
        var fingerprint = Fingerprint(parameters, data);
        var resume = environment.ResumeFrom is { } directory ? Resume(directory, fingerprint) : null;
        return new CheckpointPlan(environment.CheckpointDirectory, environment.CheckpointInterval, fingerprint, resume);
    }

    private (Checkpoint Checkpoint, byte[] Content)? Resume(string directory, string fingerprint)
    {
        var resume = CheckpointStore.Load(directory, fingerprint);
        Say(resume is { } found
            ? $"resume: round {found.Checkpoint.Round} from {directory}"
            : $"resume: {directory} holds no complete checkpoint, training from the start");
        return resume;
    }

    private ResultDocument Finish(
        TrainingParameters parameters, PreparedData data, ILearned learned, SortedDictionary<string, double> folds, Optimised? optimised, (double Seconds, int Rounds) pace)
    {
        var evaluation = Evaluation.Of(learned, data, parameters.Slices.LeastRows, (slice, rows) => Warn(
            $"slice '{slice}' has {rows} validation rows, fewer than sliceMinRows ({parameters.Slices.LeastRows}): it is not scored, and no gate passes that asks for it"));
        foreach (var (name, value) in folds)
            evaluation.Metrics[name] = value;
        foreach (var (name, value) in evaluation.Metrics)
            // A slice's name has a comparison in it, which would be taken for a metric.
            Say(string.Create(CultureInfo.InvariantCulture, $"{name}{(name.Contains('@', StringComparison.Ordinal) ? ": " : "=")}{value:G9}"));
        var directory = Path.Combine(environment.OutputDirectory, ModelDirectory);
        var variants = optimised?.Variants ?? [];
        var document = ModelWriter.Describe(parameters, data, learned, evaluation, variants);
        ModelWriter.Write(directory, document, learned.Content, variants);
        // No training repeats what it took: these come to the run's metrics alone.
        if (pace.Rounds > 0 && PaceName(parameters.Learner) is { } paceName)
            evaluation.Metrics[paceName] = pace.Seconds / pace.Rounds;
        Tell(optimised, evaluation.Metrics);
        var digest = ArtifactManifest.Digest(directory, CancellationToken.None);
        var result = new ResultDocument
        {
            Model = new ResultModel { Path = ModelDirectory, Format = document.Format, Digest = digest },
            Metrics = evaluation.Metrics,
            Samples = data.Train.Rows,
            Device = parameters.Device == TrainingDevice.Cuda ? "cuda" : "cpu",
            Usage = Usage(),
            Optimisation = optimised?.Document,
        };
        DurableFile.Write(
            Path.Combine(environment.OutputDirectory, "result.json"),
            JsonSerializer.SerializeToUtf8Bytes(result, TrainerJsonContext.Default.ResultDocument));
        Say($"model: {digest} in {directory}");
        return result;
    }

    // A forest is grown in one piece, and a solver's step is nothing that anybody waits for.
    private static string? PaceName(Learner learner) => learner switch
    {
        Learner.Network => "train_seconds_per_epoch",
        Learner.GradientBoosting => "train_seconds_per_round",
        _ => null,
    };

    private void Tell(Optimised? optimised, SortedDictionary<string, double> metrics)
    {
        if (optimised is null)
            return;
        foreach (var (name, value) in optimised.Metrics())
            metrics[name] = value;
        foreach (var model in optimised.Document.Models)
            Say(string.Create(
                CultureInfo.InvariantCulture,
                $"variant {model.Name}: {model.SizeBytes} bytes, {model.MemoryBytes} in memory, {model.LatencyMsP50:G4} ms (p99 {model.LatencyMsP99:G4}), {model.JoulesPer1000:G4} J/1,000, loss {model.Loss:G4}{(model.Reason is { } reason ? $"; {reason}" : "")}"));
        Say($"variants: {optimised.Document.Message}");
    }

    private ResultUsage Usage() => new()
    {
        CpuSeconds = Math.Round(Environment.CpuUsage.TotalTime.TotalSeconds, 3),
        WallSeconds = Math.Round(time.GetElapsedTime(_started).TotalSeconds, 3),
        PeakMemoryBytes = PeakMemory.Read(),
    };

    private void Announce(TrainingParameters parameters, PreparedData data, int threads)
    {
        var categorical = data.Encodings.Count(encoding => encoding.Categories is not null);
        Say(
            $"data: {data.Table.Rows} rows ({data.Split.TrainRows.Count} train, {data.Split.ValidationRows.Count} validate), " +
            $"{data.Encodings.Count} features ({categorical} categorical), {data.DatasetDigest}");
        Say(
            $"learner: {parameters.Learner} {Library(parameters)}on {(parameters.Device == TrainingDevice.Cuda ? "cuda" : "cpu")}, {threads} threads, " +
            string.Join(", ", parameters.DescribeLearner().Select(static pair => $"{pair.Name}={pair.Value}")));
        if (data.Untaught is [_, ..] untaught)
            Warn($"no training row is of class {string.Join(", ", untaught.Select(static label => $"'{label}'"))}: the model cannot know it, and is wrong about every row of it");
        if (parameters.ShuffleTargets)
            Warn("shuffleTargets is on, so this model learns noise by intent");
    }

    private static string Fingerprint(TrainingParameters parameters, PreparedData data)
    {
        HashSet<string> later = [.. parameters.Optimiser?.Describe().Select(static pair => pair.Name) ?? []];
        // More rounds are the same training carried on; more epochs are, too, where no learning rate depends on them.
        var length = parameters.Network is null ? "rounds" : parameters.Network.Schedule == LearningRateSchedule.Cosine ? "" : "epochs";
        var text = string.Concat(parameters.Describe().Where(pair => pair.Key != length && !later.Contains(pair.Key)).Select(pair => $"{pair.Key}={pair.Value}\n")) + data.DatasetDigest;
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private static string Library(TrainingParameters parameters) => parameters.Learner switch
    {
        Learner.Linear => "",
        Learner.Network => $"by libtorch {TorchLibrary.Version} ",
        _ => $"by xgboost {XGBoostLibrary.Version} ",
    };
}
