using System.Runtime.Intrinsics.X86;
using System.Text.Json;
using ModelOperator.ModelFormat;

namespace ModelOperator.Trainer.Tests;

/// <summary>Networks from data to model, with libtorch.</summary>
[Collection(AloneGroup.Name)]
public sealed class NetworkTests
{
    private static readonly (string, string)[] Small =
        [("LEARNER", "Network"), ("ROUNDS", ""), ("HIDDEN_LAYERS", "24,16"), ("EPOCHS", "12"), ("BATCH_SIZE", "64"), ("LEARNING_RATE", "0.01")];

    // Everything that a checkpoint has to remember.
    private static readonly (string, string)[] Everything =
    [
        .. Small, ("BATCH_NORM", "true"), ("DROPOUT", "0.2"), ("GRADIENT_ACCUMULATION", "2"), ("LEARNING_RATE_SCHEDULE", "Plateau"), ("SCHEDULE_EPOCHS", "1"),
        ("SCHEDULE_FACTOR", "0.5"), ("EARLY_STOPPING_EPOCHS", "6"),
    ];

    [Fact]
    public async Task A_curve_is_learned_with_scaling_and_missing_values_kept_in_the_model()
    {
        using var trainer = new TrainerHarness();
        Assert.Equal(ExitCode.Done, await trainer.RunAsync([.. Small, ("EPOCHS", "60"), ("LEARNING_RATE_SCHEDULE", "Cosine")]));
        Assert.True(Metric(trainer, "validation_r2") > 0.995, trainer.Log);
        Assert.Equal(("modelop/torch-v1", "cpu"), (trainer.Result().GetProperty("model").GetProperty("format").GetString(), trainer.Result().GetProperty("device").GetString()));
        var document = (await BundleAsync(trainer)).Document;
        Assert.Equal(("network", 60, "24,16"), (document.Learner.Name, document.Learner.Rounds, document.Training.Parameters["hiddenLayers"]));
        Assert.Equal(1, document.Features.Sum(feature => feature.Importance), 9);
        Assert.All(document.Features, feature => Assert.True(feature.Importance > 0.05));
    }

    [Fact]
    public async Task An_epoch_reports_scores_learning_rate_and_rows_a_second()
    {
        using var trainer = new TrainerHarness();
        Assert.Equal(ExitCode.Done, await trainer.RunAsync([.. Small, ("LEARNING_RATE_SCHEDULE", "Step"), ("SCHEDULE_EPOCHS", "5")]));
        var lines = (await File.ReadAllLinesAsync(trainer.MetricsFile)).Select(line => JsonElement.Parse(line)).ToList();
        List<double> Of(string name) => [.. lines.Where(line => line.GetProperty("metric").GetString() == name).Select(line => line.GetProperty("value").GetDouble())];
        Assert.Equal([.. Enumerable.Range(0, 12).Select(epoch => 0.01 * Math.Pow(0.1, epoch / 5))], Of("learning_rate"), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.All(Of("samples_per_second"), speed => Assert.True(speed > 0));
        Assert.Equal(12, Of("train_rmse").Count);
        Assert.Equal(Metric(trainer, "validation_rmse"), Of("validation_rmse")[^1], 1e-4 * Of("validation_rmse")[^1]);
        Assert.True(Of("train_rmse")[0] > Of("train_rmse")[^1]);
    }

    [Fact]
    public async Task Equal_seeds_give_equal_bytes_and_others_do_not()
    {
        using var first = new TrainerHarness();
        using var second = new TrainerHarness();
        using var other = new TrainerHarness();
        await first.RunAsync(Everything);
        await second.RunAsync(Everything);
        await other.RunAsync([.. Everything, ("SEED", "7")]);
        Assert.Equal(first.Digest(), second.Digest());
        Assert.NotEqual(first.Digest(), other.Digest());
    }

    /// <summary>The clock is looked at before every update, so that a look is a place inside an epoch.</summary>
    [Theory]
    [InlineData(23)]
    [InlineData(48)]
    [InlineData(71)]
    public async Task A_training_that_is_stopped_within_an_epoch_ends_with_the_same_bytes(int look)
    {
        using var whole = new TrainerHarness();
        Assert.Equal(ExitCode.Done, await whole.RunAsync(Everything));
        using var parts = new TrainerHarness();
        using var stop = new CancellationTokenSource();
        var variables = parts.Variables([.. Everything, ("MODELOP_CHECKPOINT_INTERVAL_SECONDS", "86400")]);
        var code = await TrainerProgram.RunAsync(variables, new StoppingTime(look, stop), TextWriter.Null, TextWriter.Null, stop.Token);
        Assert.Equal(ExitCode.Yielded, code);
        var message = JsonElement.Parse(await File.ReadAllTextAsync(parts.TerminationLog));
        Assert.DoesNotContain("and 0 rows", message.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.True(message.GetProperty("checkpoint").GetProperty("step").GetInt32() > 0);
        Assert.Equal(ExitCode.Done, await parts.RunAsync([.. Everything, ("MODELOP_RESUME_FROM", parts.Checkpoint)]));
        Assert.Contains("resume: round", parts.Log, StringComparison.Ordinal);
        Assert.Equal(whole.Digest(), parts.Digest());
    }

    [Fact]
    public async Task More_epochs_go_on_from_the_last_checkpoint_but_not_with_a_cosine_that_depends_on_them()
    {
        foreach (var (schedule, code) in new[] { ("Constant", ExitCode.Done), ("Cosine", ExitCode.Data) })
        {
            using var whole = new TrainerHarness();
            await whole.RunAsync([.. Small, ("LEARNING_RATE_SCHEDULE", schedule)]);
            using var parts = new TrainerHarness();
            Assert.Equal(ExitCode.Done, await parts.RunAsync([.. Small, ("EPOCHS", "5"), ("LEARNING_RATE_SCHEDULE", schedule), ("CHECKPOINT_EVERY_EPOCHS", "2")]));
            Assert.Equal(code, await parts.RunAsync([.. Small, ("LEARNING_RATE_SCHEDULE", schedule), ("MODELOP_RESUME_FROM", parts.Checkpoint)]));
            if (code == ExitCode.Done)
                Assert.Equal(whole.Digest(), parts.Digest());
        }
    }

    [Fact]
    public async Task Early_stopping_keeps_the_epoch_that_validated_best()
    {
        using var trainer = new TrainerHarness(TrainerHarness.SyntheticData(200));
        Assert.Equal(ExitCode.Done, await trainer.RunAsync([.. Small, ("EPOCHS", "400"), ("LEARNING_RATE", "0.1"), ("EARLY_STOPPING_EPOCHS", "4")]));
        var scores = (await File.ReadAllLinesAsync(trainer.MetricsFile)).Select(line => JsonElement.Parse(line))
            .Where(line => line.GetProperty("metric").GetString() == "validation_rmse").Select(line => line.GetProperty("value").GetDouble()).ToList();
        var best = scores.IndexOf(scores.Min());
        Assert.Equal(best + 5, scores.Count);
        Assert.Equal(best + 1, (await BundleAsync(trainer)).Document.Learner.Rounds);
        Assert.Equal(scores[best], Metric(trainer, "validation_rmse"), 1e-4 * scores[best]);
    }

    [Fact]
    public async Task Batches_that_are_accumulated_make_the_same_update_as_one_large_one()
    {
        using var large = new TrainerHarness();
        using var small = new TrainerHarness();
        (string, string)[] slow = [.. Small, ("EPOCHS", "3"), ("LEARNING_RATE", "0.001")];
        await large.RunAsync([.. slow, ("BATCH_SIZE", "256")]);
        await small.RunAsync([.. slow, ("BATCH_SIZE", "64"), ("GRADIENT_ACCUMULATION", "4")]);
        Assert.NotEqual(large.Digest(), small.Digest());
        Assert.Equal(Metric(large, "validation_rmse"), Metric(small, "validation_rmse"), 1e-3 * Metric(large, "validation_rmse"));
    }

    [Fact]
    public async Task Bfloat16_is_trained_with_where_the_processor_has_it_and_refused_elsewhere()
    {
        using var trainer = new TrainerHarness();
        var code = await trainer.RunAsync([.. Small, ("MIXED_PRECISION", "bf16")]);
        if (Avx512BW.VL.IsSupported && Avx512DQ.VL.IsSupported)
        {
            Assert.Equal(ExitCode.Done, code);
            Assert.True(Metric(trainer, "validation_r2") > 0.9);
            return;
        }

        Assert.Equal(ExitCode.Unavailable, code);
        Assert.Contains("mixedPrecision 'bf16' was asked for, but this processor has no AVX-512", trainer.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_loss_that_leaves_all_numbers_ends_the_training_with_advice()
    {
        using var trainer = new TrainerHarness();
        Assert.Equal(ExitCode.Data, await trainer.RunAsync([.. Small, ("HIDDEN_LAYERS", "64,64,64,64,64,64,64,64,64,64,64,64"), ("LEARNING_RATE", "10")]));
        Assert.Contains("the loss is no finite number any more: lower learningRate", trainer.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.2")]
    [InlineData("0")]
    public async Task So_does_a_last_update_that_leaves_all_numbers(string validation)
    {
        // One update an epoch, and one epoch: no later loss tells.
        var rows = TrainerHarness.SyntheticData(200).Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..].Select((line, row) => line[..line.LastIndexOf(',')] + (row % 3 == 0 ? ",yes" : ",no"));
        using var trainer = new TrainerHarness("size,grade,age,y\n" + string.Join('\n', rows));
        Assert.Equal(ExitCode.Data, await trainer.RunAsync(
            [.. Small, ("OBJECTIVE", "Binary"), ("EPOCHS", "1"), ("BATCH_SIZE", "1000"), ("VALIDATION_FRACTION", validation), ("LEARNING_RATE", "10"),
                ("HIDDEN_LAYERS", string.Join(',', Enumerable.Repeat(512, 16)))]));
        Assert.Contains("in epoch 1 the loss is no finite number any more: lower learningRate", trainer.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Features_that_never_vary_are_refused()
    {
        using var trainer = new TrainerHarness("size,y\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"3,{i}\n")));
        Assert.Equal(ExitCode.Data, await trainer.RunAsync(Small));
        Assert.Contains("no feature varies", trainer.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cuda_without_a_GPU_is_refused_and_nothing_is_trained()
    {
        if (File.Exists("/dev/nvidiactl"))
            return;
        using var trainer = new TrainerHarness();
        Assert.Equal(ExitCode.Unavailable, await trainer.RunAsync([.. Small, ("DEVICE", "cuda")]));
        Assert.Contains("device 'cuda' was asked for, but libtorch", trainer.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(trainer.Output, "result.json")));
    }

    [Fact]
    public async Task Without_libtorch_only_networks_are_refused()
    {
        using var network = new TrainerHarness();
        Assert.Equal(ExitCode.Unavailable, await SignalTests.RunAsync(network.Variables([.. Small, ("MODELOP_TORCH_LIBRARY", "/nowhere/libmodelop-torch.so")]), null));
        Assert.StartsWith("/nowhere/libmodelop-torch.so does not exist: learner Network needs it", await File.ReadAllTextAsync(network.TerminationLog), StringComparison.Ordinal);
        using var broken = new TrainerHarness();
        var file = Path.Combine(Path.GetDirectoryName(broken.Output)!, "broken.so");
        await File.WriteAllTextAsync(file, "no library");
        Assert.Equal(ExitCode.Unavailable, await SignalTests.RunAsync(broken.Variables([.. Small, ("MODELOP_TORCH_LIBRARY", file)]), null));
        Assert.StartsWith($"{file} cannot be loaded; learner Network needs the libtorch", await File.ReadAllTextAsync(broken.TerminationLog), StringComparison.Ordinal);
        using var linear = new TrainerHarness();
        Assert.Equal(ExitCode.Done, await SignalTests.RunAsync(linear.Variables(("LEARNER", "Linear"), ("ROUNDS", ""), ("MODELOP_TORCH_LIBRARY", "/nowhere/lib.so")), null));
    }

    private static async Task<ModelBundle> BundleAsync(TrainerHarness trainer) =>
        await ModelBundle.LoadAsync(Path.Combine(trainer.Output, "model"), CancellationToken.None);

    private static double Metric(TrainerHarness trainer, string name) => trainer.Result().GetProperty("metrics").GetProperty(name).GetDouble();

    /// <summary>A clock that stops the training at a look.</summary>
    private sealed class StoppingTime(int look, CancellationTokenSource stop) : TimeProvider
    {
        private int looks;

        public override long GetTimestamp()
        {
            if (Interlocked.Increment(ref looks) == look)
                stop.Cancel();
            return 0;
        }
    }
}
