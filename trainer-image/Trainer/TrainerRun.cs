using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ModelOperator.ModelFormat;
using ModelOperator.Trainer.Learning;
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
        DeviceCheck.Require(parameters.Device);
        // The runtime's count already respects cgroup limits (v1 and v2) and CPU affinity.
        var threads = parameters.Threads > 0 ? parameters.Threads : Environment.ProcessorCount;
        var data = await PreparedData.LoadAsync(parameters, environment.DatasetDirectory, stop);
        Announce(parameters, data, threads);
        var fingerprint = Fingerprint(parameters, data);
        await using var status = StatusReporter.Start(environment, time, Warn);
        var trained = Boost(parameters, data, threads, fingerprint, status, stop);
        var result = await FinishAsync(parameters, data, trained, threads);
        status?.SetDone(result.Metrics);
        return result;
    }

    private void Say(string line) => output.WriteLine(line);

    private void Warn(string reason) => errors.WriteLine("warning: " + reason);

    private (byte[] Booster, int Rounds, double BaseScore) Boost(
        TrainingParameters parameters, PreparedData data, int threads, string fingerprint, StatusReporter? status, CancellationToken stop)
    {
        using var file = new MetricsFile(environment.MetricsFile, time, Warn);
        var resume = environment.ResumeFrom is { } directory ? Resume(directory, fingerprint) : null;
        var firstRound = resume?.Checkpoint.Round ?? 0;
        var every = parameters.LogEveryRounds > 0 ? parameters.LogEveryRounds : Math.Max(1, parameters.Rounds / 20);
        var began = time.GetTimestamp();
        return new Boosting(parameters, fingerprint, environment.CheckpointDirectory, threads, time, environment.CheckpointInterval).Train(data.Train, data.Validation, resume, report =>
        {
            file.Write(report);
            status?.Set(report, time.GetElapsedTime(began), firstRound);
            if (report.Round % every == 0 || report.Round == report.Rounds)
                Say(Line(report));
        }, stop);
    }

    private (Checkpoint Checkpoint, byte[] Booster)? Resume(string directory, string fingerprint)
    {
        var resume = CheckpointStore.Load(directory, fingerprint);
        Say(resume is { } found
            ? $"resume: round {found.Checkpoint.Round} from {directory}"
            : $"resume: {directory} holds no complete checkpoint, training from the start");
        return resume;
    }

    private async Task<ResultDocument> FinishAsync(
        TrainingParameters parameters, PreparedData data, (byte[] Booster, int Rounds, double BaseScore) trained, int threads)
    {
        var evaluation = Evaluation.Of(trained.Booster, data, threads);
        foreach (var (name, value) in evaluation.Metrics)
            Say(string.Create(CultureInfo.InvariantCulture, $"{name}={value:G9}"));
        var directory = Path.Combine(environment.OutputDirectory, ModelDirectory);
        ModelWriter.Write(directory, ModelWriter.Describe(parameters, data, trained, evaluation), trained.Booster);
        var digest = await ArtifactManifest.DigestAsync(directory, CancellationToken.None);
        var result = new ResultDocument
        {
            Model = new ResultModel { Path = ModelDirectory, Format = ModelDocument.FormatName, Digest = digest },
            Metrics = evaluation.Metrics,
            Samples = data.Train.Rows,
            Device = parameters.Device == TrainingDevice.Cuda ? "cuda" : "cpu",
            Usage = Usage(),
        };
        DurableFile.Write(
            Path.Combine(environment.OutputDirectory, "result.json"),
            JsonSerializer.SerializeToUtf8Bytes(result, TrainerJsonContext.Default.ResultDocument));
        Say($"model: {digest} in {directory}");
        return result;
    }

    private ResultUsage Usage()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return new ResultUsage
        {
            CpuSeconds = Math.Round(process.TotalProcessorTime.TotalSeconds, 3),
            WallSeconds = Math.Round(time.GetElapsedTime(_started).TotalSeconds, 3),
            PeakMemoryBytes = process.PeakWorkingSet64,
        };
    }

    private void Announce(TrainingParameters parameters, PreparedData data, int threads)
    {
        var categorical = data.Encodings.Count(encoding => encoding.Categories is not null);
        Say(
            $"data: {data.Table.Rows} rows ({data.Split.TrainRows.Count} train, {data.Split.ValidationRows.Count} validate), " +
            $"{data.Encodings.Count} features ({categorical} categorical), {data.DatasetDigest}");
        Say(
            $"learner: xgboost {XGBoostLibrary.Version} on {(parameters.Device == TrainingDevice.Cuda ? "cuda" : "cpu")}, {threads} threads, " +
            $"{parameters.Rounds} rounds of depth {parameters.MaxDepth}");
        if (parameters.ShuffleTargets)
            Warn("shuffleTargets is on, so this model learns noise by intent");
    }

    private static string Fingerprint(TrainingParameters parameters, PreparedData data)
    {
        // More rounds are the same training carried on.
        var text = string.Concat(parameters.Describe().Where(static pair => pair.Key != "rounds").Select(pair => $"{pair.Key}={pair.Value}\n")) + data.DatasetDigest;
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private static string Line(RoundReport report) => string.Create(
        CultureInfo.InvariantCulture, $"round={report.Round} {string.Join(' ', report.Metrics.Select(metric => string.Create(CultureInfo.InvariantCulture, $"{metric.Key}={metric.Value:G7}")))}");
}
