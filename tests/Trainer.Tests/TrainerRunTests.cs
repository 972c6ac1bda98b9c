using System.IO.Compression;
using System.Text;
using System.Text.Json;
using ModelOperator.ModelFormat;
using ModelOperator.Trainer.Learning;
using ModelOperator.XGBoost;

namespace ModelOperator.Trainer.Tests;

public sealed class TrainerRunTests
{
    [Fact]
    public async Task A_training_leaves_a_model_a_result_and_a_termination_message()
    {
        using var trainer = new TrainerHarness();
        Assert.Equal(ExitCode.Done, await trainer.RunAsync());
        var result = trainer.Result();
        Assert.Equal("model", result.GetProperty("model").GetProperty("path").GetString());
        Assert.Equal("modelop/xgboost-v1", result.GetProperty("model").GetProperty("format").GetString());
        Assert.Equal("cpu", result.GetProperty("device").GetString());
        Assert.Equal(JsonValueKind.Null, result.GetProperty("usage").GetProperty("gpuJoules").ValueKind);
        Assert.True(result.GetProperty("usage").GetProperty("cpuSeconds").GetDouble() > 0);
        Assert.True(result.GetProperty("usage").GetProperty("peakMemoryBytes").GetInt64() > 1 << 20);
        Assert.True(result.GetProperty("metrics").GetProperty("validation_r2").GetDouble() > 0.95);
        Assert.InRange(result.GetProperty("samples").GetInt64(), 1100, 1300);
        var message = await File.ReadAllBytesAsync(trainer.TerminationLog);
        Assert.True(message.Length <= 3072);
        Assert.Equal(result.GetRawText(), Encoding.UTF8.GetString(message));
    }

    [Fact]
    public async Task The_model_reads_back_with_its_profile_and_its_digest()
    {
        using var trainer = new TrainerHarness();
        await trainer.RunAsync();
        var bundle = await ModelBundle.LoadAsync(Path.Combine(trainer.Output, "model"), CancellationToken.None);
        Assert.Equal(trainer.Digest(), bundle.Digest);
        Assert.Equal(["size", "grade", "age"], bundle.Document.Features.Select(feature => feature.Name));
        Assert.Equal([false, false, true], bundle.Document.Features.Select(feature => feature.AllowMissing));
        Assert.Equal(["poor", "fair", "good", "best"], bundle.Document.Features[1].Categories!);
        Assert.Equal(1, bundle.Document.Features.Sum(feature => feature.Importance), 9);
        Assert.Equal(bundle.Document.Training.TrainRows, bundle.Document.Features[2].Profile.Count + bundle.Document.Features[2].Profile.Missing);
        Assert.InRange(bundle.Document.Features[0].Profile.Quantiles!["p50"], 1.9, 2.1);
        using var predictor = new DensePredictor(bundle.Learned.Span, 3, 1);
        var prediction = new float[1];
        predictor.Predict([1f, 3f, float.NaN], prediction);
        Assert.InRange(prediction[0], -3, 5);
    }

    [Theory]
    [InlineData("GradientBoosting", "train_seconds_per_round")]
    [InlineData("Network", "train_seconds_per_epoch")]
    [InlineData("RandomForest", null)]
    [InlineData("Linear", null)]
    public async Task The_run_tells_how_long_a_round_took_and_the_model_does_not(string learner, string? expected)
    {
        using var trainer = new TrainerHarness();
        Assert.Equal(ExitCode.Done, await trainer.RunAsync(("LEARNER", learner), ("ROUNDS", learner == "GradientBoosting" ? "5" : ""), ("TREES", learner == "RandomForest" ? "3" : ""), ("EPOCHS", learner == "Network" ? "2" : "")));
        var metrics = trainer.Result().GetProperty("metrics").EnumerateObject().Where(static metric => metric.Name.Contains("seconds", StringComparison.Ordinal)).ToList();
        Assert.Equal(expected is null ? [] : [expected], metrics.Select(static metric => metric.Name));
        Assert.All(metrics, static metric => Assert.InRange(metric.Value.GetDouble(), double.Epsilon, 1000));
        var document = (await ModelBundle.LoadAsync(Path.Combine(trainer.Output, "model"), CancellationToken.None)).Document;
        Assert.DoesNotContain(document.Metrics.Keys, static name => name.Contains("seconds", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("GradientBoosting", "40")]
    [InlineData("Linear", "")]
    public async Task What_is_written_is_what_readers_would_write(string learner, string rounds)
    {
        using var trainer = new TrainerHarness();
        Assert.Equal(ExitCode.Done, await trainer.RunAsync(("LEARNER", learner), ("ROUNDS", rounds)));
        var model = Path.Combine(trainer.Output, "model");
        var document = await File.ReadAllBytesAsync(Path.Combine(model, ModelDocument.FileName));
        var read = JsonSerializer.Deserialize(document, ModelJsonContext.Default.ModelDocument)!;
        Assert.Equal(Encoding.UTF8.GetString(document), JsonSerializer.Serialize(read, ModelJsonContext.Default.ModelDocument));
        if (learner != "Linear")
            return;
        var linear = await File.ReadAllBytesAsync(Path.Combine(model, ModelDocument.LinearFileName));
        Assert.Equal(
            Encoding.UTF8.GetString(linear), JsonSerializer.Serialize(JsonSerializer.Deserialize(linear, ModelJsonContext.Default.LinearDocument)!, ModelJsonContext.Default.LinearDocument));
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_bytes_and_another_seed_others()
    {
        using var first = new TrainerHarness();
        using var second = new TrainerHarness();
        using var other = new TrainerHarness();
        await first.RunAsync(("SUBSAMPLE", "0.7"));
        await second.RunAsync(("SUBSAMPLE", "0.7"));
        await other.RunAsync(("SUBSAMPLE", "0.7"), ("SEED", "1"));
        Assert.Equal(first.Digest(), second.Digest());
        Assert.NotEqual(first.Digest(), other.Digest());
    }

    [Theory]
    [InlineData("round=1 ", "0")]
    [InlineData("round=17 ", "0")]
    [InlineData("round=17 ", "6")]
    [InlineData("round=39 ", "0")]
    public async Task A_resumed_training_ends_with_the_model_of_an_uninterrupted_one(string stopAt, string patience)
    {
        (string, string)[] parameters = [("SUBSAMPLE", "0.6"), ("EARLY_STOPPING_ROUNDS", patience)];
        using var whole = new TrainerHarness();
        await whole.RunAsync(parameters);
        using var parts = new TrainerHarness();
        Assert.Equal(ExitCode.Yielded, await parts.RunAsync(stopAt, parameters));
        Assert.False(File.Exists(Path.Combine(parts.Output, "result.json")));
        Assert.Equal(ExitCode.Done, await parts.RunAsync([.. parameters, ("MODELOP_RESUME_FROM", parts.Checkpoint)]));
        Assert.Contains("resume: round ", parts.Log, StringComparison.Ordinal);
        Assert.Equal(whole.Digest(), parts.Digest());
    }

    [Fact]
    public async Task Periodic_checkpoints_survive_a_kill_and_leave_one_booster()
    {
        using var trainer = new TrainerHarness();
        Directory.CreateDirectory(trainer.Checkpoint);
        await File.WriteAllTextAsync(Path.Combine(trainer.Checkpoint, "booster-7-0123456789ab.ubj.tmp"), "half");
        await trainer.RunAsync(("CHECKPOINT_EVERY_ROUNDS", "15"));
        Assert.Matches(@"^COMPLETE booster-40-[0-9a-f]{12}\.ubj$", string.Join(' ', Directory.EnumerateFiles(trainer.Checkpoint).Select(Path.GetFileName).Order(StringComparer.Ordinal)));
        var digest = trainer.Digest();
        await trainer.RunAsync(("MODELOP_RESUME_FROM", trainer.Checkpoint));
        Assert.Contains("resume: round 40", trainer.Log, StringComparison.Ordinal);
        Assert.Equal(digest, trainer.Digest());
    }

    [Fact]
    public void Another_state_of_the_same_step_does_not_spoil_the_checkpoint_before_it_is_one()
    {
        using var folder = new TemporaryFolder();
        CheckpointStore.Save(folder.Path, "booster", ".ubj", 5, 5, [1, 2], EarlyStopping.Start, "f");
        // Where COMPLETE is written first: the second save ends before it, as one that is killed there.
        Directory.CreateDirectory(Path.Combine(folder.Path, "COMPLETE.tmp"));
        Assert.ThrowsAny<Exception>(() => CheckpointStore.Save(folder.Path, "booster", ".ubj", 5, 5, [3, 4], EarlyStopping.Start, "f"));
        Assert.Equal([1, 2], CheckpointStore.Load(folder.Path, "f")!.Value.Content);
    }

    [Fact]
    public async Task More_rounds_from_the_end_of_a_training_give_the_model_of_all_rounds_at_once_and_fewer_are_refused()
    {
        using var whole = new TrainerHarness();
        await whole.RunAsync(("SUBSAMPLE", "0.6"));
        using var parts = new TrainerHarness();
        (string, string)[] parameters = [("SUBSAMPLE", "0.6"), ("CHECKPOINT_EVERY_ROUNDS", "8")];
        Assert.Equal(ExitCode.Done, await parts.RunAsync([.. parameters, ("ROUNDS", "10")]));
        Assert.NotEqual(whole.Digest(), parts.Digest());
        Assert.Equal(ExitCode.Done, await parts.RunAsync(("SUBSAMPLE", "0.6"), ("MODELOP_RESUME_FROM", parts.Checkpoint)));
        Assert.Contains("resume: round 10", parts.Log, StringComparison.Ordinal);
        Assert.Equal(whole.Digest(), parts.Digest());
        Assert.Equal(ExitCode.Data, await parts.RunAsync(("SUBSAMPLE", "0.6"), ("ROUNDS", "9"), ("MODELOP_RESUME_FROM", parts.Checkpoint)));
    }

    [Fact]
    public async Task Checkpoints_are_saved_as_often_as_the_run_asks_for()
    {
        using var trainer = new TrainerHarness();
        // Four seconds pass at every look at the clock: an interval of ten is due every third look.
        var code = await trainer.RunAsync(new HurryingTime(TimeSpan.FromSeconds(4)), null, ("MODELOP_CHECKPOINT_INTERVAL_SECONDS", "10"));
        Assert.Equal(ExitCode.Done, code);
        var complete = JsonElement.Parse(await File.ReadAllTextAsync(Path.Combine(trainer.Checkpoint, "COMPLETE")));
        Assert.InRange(complete.GetProperty("step").GetInt32(), 30, 40);
        Assert.Equal(complete.GetProperty("round").GetInt32(), complete.GetProperty("step").GetInt32());
        using var never = new TrainerHarness();
        await never.RunAsync(new HurryingTime(TimeSpan.FromSeconds(4)), null);
        Assert.False(Directory.Exists(never.Checkpoint));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("soon")]
    public async Task An_interval_that_is_none_is_refused(string interval)
    {
        using var trainer = new TrainerHarness();
        Assert.Equal(ExitCode.Usage, await trainer.RunAsync(("MODELOP_CHECKPOINT_INTERVAL_SECONDS", interval)));
        Assert.Contains("MODELOP_CHECKPOINT_INTERVAL_SECONDS", trainer.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trainer_that_yields_says_which_checkpoint_it_left()
    {
        using var trainer = new TrainerHarness();
        Assert.Equal(ExitCode.Yielded, await trainer.RunAsync("round=7 "));
        var message = JsonElement.Parse(await File.ReadAllTextAsync(trainer.TerminationLog));
        Assert.Equal((".", 7), (message.GetProperty("checkpoint").GetProperty("name").GetString(), message.GetProperty("checkpoint").GetProperty("step").GetInt32()));
        Assert.Contains("checkpoint of round 7", message.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_to_the_checkpoint_folder_is_as_good_as_the_folder()
    {
        (string, string)[] parameters = [("SUBSAMPLE", "0.6")];
        using var whole = new TrainerHarness();
        await whole.RunAsync(parameters);
        using var parts = new TrainerHarness();
        Assert.Equal(ExitCode.Yielded, await parts.RunAsync("round=11 ", parameters));
        var link = parts.Checkpoint + "-latest";
        Directory.CreateSymbolicLink(link, parts.Checkpoint);
        Assert.Equal(ExitCode.Yielded, await parts.RunAsync("round=23 ", [.. parameters, ("MODELOP_RESUME_FROM", link)]));
        Assert.Equal(ExitCode.Done, await parts.RunAsync([.. parameters, ("MODELOP_RESUME_FROM", link)]));
        Assert.Contains("resume: round 23", parts.Log, StringComparison.Ordinal);
        Assert.Equal(whole.Digest(), parts.Digest());
    }

    [Fact]
    public async Task A_link_to_nothing_means_from_the_start()
    {
        using var trainer = new TrainerHarness();
        Assert.Equal(ExitCode.Done, await trainer.RunAsync(("MODELOP_RESUME_FROM", Path.Combine(trainer.Output, "latest"))));
        Assert.Contains("training from the start", trainer.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_checkpoint_without_COMPLETE_is_no_checkpoint()
    {
        using var trainer = new TrainerHarness();
        await trainer.RunAsync("round=5 ");
        File.Delete(Path.Combine(trainer.Checkpoint, "COMPLETE"));
        Assert.Equal(ExitCode.Done, await trainer.RunAsync(("MODELOP_RESUME_FROM", trainer.Checkpoint)));
        Assert.Contains("training from the start", trainer.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_or_foreign_checkpoint_is_refused()
    {
        using var trainer = new TrainerHarness();
        await trainer.RunAsync("round=5 ");
        Assert.Equal(ExitCode.Data, await trainer.RunAsync(("MODELOP_RESUME_FROM", trainer.Checkpoint), ("SEED", "7")));
        Assert.Contains("other parameters or other data", trainer.Errors, StringComparison.Ordinal);
        await File.AppendAllTextAsync(Directory.EnumerateFiles(trainer.Checkpoint, "*.ubj").Single(), "x");
        Assert.Equal(ExitCode.Data, await trainer.RunAsync(("MODELOP_RESUME_FROM", trainer.Checkpoint)));
        Assert.Contains("differs from its sha256", trainer.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shuffled_targets_teach_nothing_and_the_metrics_say_so()
    {
        using var trainer = new TrainerHarness();
        Assert.Equal(ExitCode.Done, await trainer.RunAsync(("SHUFFLE_TARGETS", "true")));
        Assert.True(trainer.Result().GetProperty("metrics").GetProperty("validation_r2").GetDouble() < 0.2);
    }

    [Fact]
    public async Task Two_classes_are_told_apart()
    {
        var lines = TrainerHarness.SyntheticData().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var data = string.Join('\n', lines.Select((line, i) => i == 0 ? line : $"{line[..line.LastIndexOf(',')]},{(line.Contains(",best,", StringComparison.Ordinal) ? "yes" : "no")}"));
        using var trainer = new TrainerHarness(data);
        Assert.Equal(ExitCode.Done, await trainer.RunAsync(("OBJECTIVE", "Binary")));
        Assert.True(trainer.Result().GetProperty("metrics").GetProperty("validation_accuracy").GetDouble() > 0.99);
    }

    [Theory]
    [InlineData("MAX_DEPTH", "deep", ExitCode.Usage, "parameter 'maxDepth' is 'deep'")]
    [InlineData("NO_SUCH", "1", ExitCode.Usage, "unknown parameter 'NO_SUCH'")]
    [InlineData("TARGET", "z", ExitCode.Data, "no column 'z'")]
    [InlineData("VALIDATION_FRACTION", "0.9", ExitCode.Done, "")]
    public async Task The_exit_code_and_one_line_tell_what_happened(string name, string value, int code, string message)
    {
        using var trainer = new TrainerHarness();
        Assert.Equal(code, await trainer.RunAsync((name, value)));
        Assert.Contains(message, trainer.Errors, StringComparison.Ordinal);
        Assert.Contains(message, await File.ReadAllTextAsync(trainer.TerminationLog), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_GPU_that_is_not_there_is_an_error_and_never_the_CPU()
    {
        if (XGBoostLibrary.BuiltWithCuda && CudaDevices.Count() > 0)
            return;
        using var trainer = new TrainerHarness();
        Assert.Equal(ExitCode.Unavailable, await trainer.RunAsync(("DEVICE", "cuda")));
        Assert.Contains("device 'cuda' was asked for, but ", trainer.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(trainer.Output));
    }

    [Fact]
    public async Task Every_round_is_a_line_of_the_metrics_file()
    {
        using var trainer = new TrainerHarness();
        await trainer.RunAsync();
        var lines = (await File.ReadAllLinesAsync(trainer.MetricsFile)).Select(line => JsonElement.Parse(line)).ToList();
        Assert.Equal(80, lines.Count);
        Assert.Equal(Enumerable.Range(1, 40).SelectMany(step => new[] { step, step }), lines.Select(line => line.GetProperty("step").GetInt32()));
        Assert.Equal(["train_rmse", "validation_rmse"], lines.Take(2).Select(line => line.GetProperty("metric").GetString()!));
        Assert.All(lines, line => Assert.True(line.GetProperty("ts").GetDateTimeOffset() > DateTimeOffset.UnixEpoch));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(1.002)]
    public async Task A_compressed_table_that_was_cut_off_is_refused(double cut)
    {
        using var trainer = new TrainerHarness();
        var table = Path.Combine(Path.GetDirectoryName(trainer.Output)!, "dataset", "train", "data.csv");
        using var compressed = new MemoryStream();
        await using (var zip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            await zip.WriteAsync(await File.ReadAllBytesAsync(table));
        File.Delete(table);
        await File.WriteAllBytesAsync(table + ".gz", compressed.ToArray());
        Assert.Equal(ExitCode.Done, await SignalTests.RunAsync(trainer.Variables(), terminateAt: null));
        await File.WriteAllBytesAsync(table + ".gz", compressed.ToArray()[..(int)(compressed.Length / cut)]);
        Assert.Equal(ExitCode.Data, await SignalTests.RunAsync(trainer.Variables(), terminateAt: null));
        Assert.StartsWith("data.csv.gz: after line ", await File.ReadAllTextAsync(trainer.TerminationLog), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_metrics_file_that_cannot_be_written_does_not_stop_the_training()
    {
        using var trainer = new TrainerHarness();
        Assert.Equal(ExitCode.Done, await trainer.RunAsync(("MODELOP_METRICS_FILE", "/proc/no/metrics.jsonl")));
        Assert.Contains("warning: metrics file", trainer.Errors, StringComparison.Ordinal);
    }
}
