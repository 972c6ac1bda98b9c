using System.Text.Json;
using ModelOperator.ModelFormat;
using ModelOperator.Trainer.Data;
using ModelOperator.Trainer.Learning;
using ModelOperator.Trainer.Optimising;
using ModelOperator.Trainer.Output;
using ModelOperator.Trainer.Parameters;

namespace ModelOperator.Trainer.Tests;

/// <summary>What a training makes of its model besides.</summary>
public sealed class OptimiserTests
{
    private static readonly (string, string)[] Network =
        [("LEARNER", "Network"), ("ROUNDS", ""), ("EPOCHS", "20"), ("BATCH_SIZE", "64"), ("HIDDEN_LAYERS", "96,64"), ("OPTIMISE", "Auto"), ("MAX_LOSS", "0.1")];

    [Fact]
    public async Task A_network_gets_variants_of_8_and_16_bits_that_are_measured_and_registered()
    {
        using var trainer = new TrainerHarness();
        Assert.Equal(0, await trainer.RunAsync([.. Network, ("TARGET_LATENCY_MS", "1000")]));
        var document = await DocumentAsync(trainer);
        Assert.Equal(["fp16", "int8"], document.Variants!.Select(static variant => variant.Name));
        var models = Models(trainer);
        Assert.Equal(["original", "fp16", "int8"], models.Keys);
        Assert.All(models.Values, static model => Assert.True(model.GetProperty("registered").GetBoolean() && model.GetProperty("meets").GetBoolean()));
        Assert.True(Number(models["fp16"], "sizeBytes") < 0.6 * Number(models["original"], "sizeBytes"));
        Assert.True(Number(models["int8"], "sizeBytes") < 0.4 * Number(models["original"], "sizeBytes"));
        Assert.InRange(Number(models["int8"], "memoryBytes"), 1, 0.6 * Number(models["original"], "memoryBytes"));
        Assert.All(models.Values, static model => Assert.All(
            ["latencyMsP50", "latencyMsP99", "batch100MsP50", "cpuMsPer1000", "joulesPer1000"], name => Assert.True(Number(model, name) > 0)));
        foreach (var variant in document.Variants!)
        {
            Assert.Equal(new FileInfo(Path.Combine(trainer.Output, "model", variant.File)).Length, variant.SizeBytes);
            Assert.Equal(document.Samples.Count, variant.Predictions.Count);
            Assert.InRange(variant.Loss, -0.1, 0.1);
            Assert.Equal((variant.Metrics["validation_rmse"] / document.Metrics["validation_rmse"]) - 1, variant.Loss, 1e-9);
            Assert.Equal(variant.Loss, Metric(trainer, $"variant_{variant.Name}_loss"));
            Assert.Equal(1, Metric(trainer, $"variant_{variant.Name}_meets_targets"));
        }

        Assert.DoesNotContain(document.Metrics.Keys, static name => name.StartsWith("variant_", StringComparison.Ordinal));
        Assert.Equal("targetLatencyMs 1000 (99th percentile of one row): met by " + string.Join(", ", models.OrderBy(pair => Number(pair.Value, "loss")).Select(pair => pair.Key)), Message(trainer));
        Assert.Contains("variant int8: ", trainer.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Equal_training_gives_equal_bytes_with_variants_too()
    {
        using var first = new TrainerHarness();
        using var second = new TrainerHarness();
        Assert.Equal(0, await first.RunAsync(("OPTIMISE", "Auto"), ("MAX_LOSS", "0.2")));
        Assert.Equal(0, await second.RunAsync(("OPTIMISE", "Auto"), ("MAX_LOSS", "0.2"), ("MAX_MEMORY", "1Gi")));
        Assert.Equal(first.Digest(), second.Digest());
    }

    [Fact]
    public async Task Trees_are_pruned_and_rounded_within_the_loss()
    {
        using var trainer = new TrainerHarness();
        Assert.Equal(0, await trainer.RunAsync(("OPTIMISE", "Auto"), ("MAX_LOSS", "0.2"), ("ROUNDS", "150")));
        var document = await DocumentAsync(trainer);
        Assert.Equal(["round", "prune", "prune-round"], document.Variants!.Select(static variant => variant.Name));
        var models = Models(trainer);
        Assert.All(document.Variants!, static variant => Assert.InRange(variant.Loss, double.MinValue, 0.2));
        Assert.True(Number(models["round"], "sizeBytes") < 0.25 * Number(models["original"], "sizeBytes"));
        Assert.True(Number(models["prune"], "memoryBytes") < Number(models["original"], "memoryBytes"));
        Assert.True(Number(models["prune-round"], "sizeBytes") < Number(models["round"], "sizeBytes"));
        Assert.False(Result(trainer).TryGetProperty("choice", out _));
        Assert.Equal("no target is set", Message(trainer));
        var termination = await File.ReadAllBytesAsync(trainer.TerminationLog);
        Assert.InRange(termination.Length, 1, 3072);
        Assert.Equal(Metric(trainer, "variant_round_loss"), JsonElement.Parse(termination).GetProperty("metrics").GetProperty("variant_round_loss").GetDouble());
        Assert.Equal(
            (Number(models["prune"], "loss"), true), (document.Variants![1].Loss, document.Training.Parameters.ContainsKey("maxLoss")));
    }

    [Theory]
    [InlineData("Int8", "int8")]
    [InlineData("Fp16", "fp16")]
    public async Task What_loses_more_than_is_allowed_is_measured_but_not_registered(string optimise, string name)
    {
        using var trainer = new TrainerHarness();
        Assert.Equal(0, await trainer.RunAsync([.. Network, ("OPTIMISE", optimise), ("MAX_LOSS", "0")]));
        var model = Models(trainer)[name];
        if (Number(model, "loss") <= 0)
        {
            Assert.True(model.GetProperty("registered").GetBoolean());
            return;
        }

        Assert.False(model.GetProperty("registered").GetBoolean());
        Assert.Contains("allowed is 0", model.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Null((await DocumentAsync(trainer)).Variants);
        Assert.False(File.Exists(Path.Combine(trainer.Output, "model", $"network-{name}.safetensors")));
    }

    [Fact]
    public async Task What_none_meets_is_said()
    {
        using var trainer = new TrainerHarness();
        Assert.Equal(0, await trainer.RunAsync(("OPTIMISE", "Round"), ("MAX_MEMORY", "1k"), ("TARGET_LATENCY_MS", "0.5")));
        Assert.False(Result(trainer).TryGetProperty("choice", out _));
        Assert.Equal("targetLatencyMs 0.5 (99th percentile of one row) and maxMemory 1000 bytes: none meets", Message(trainer));
        Assert.Equal(0, Metric(trainer, "variant_original_meets_targets"));
    }

    [Fact]
    public async Task Trees_of_which_none_can_go_get_no_pruned_variant()
    {
        using var trainer = new TrainerHarness();
        Assert.Equal(0, await trainer.RunAsync(("OPTIMISE", "Prune"), ("MAX_LOSS", "0"), ("ROUNDS", "3"), ("MAX_DEPTH", "2")));
        Assert.Equal("no tree and no split can go without losing more than maxLoss", Models(trainer)["prune"].GetProperty("reason").GetString());
        Assert.Null((await DocumentAsync(trainer)).Variants);
    }

    [Theory]
    [InlineData("Binary", 400)]
    [InlineData("Multiclass", 400)]
    public async Task What_loses_nothing_since_nothing_can_be_lost_is_no_variant(string objective, int rows)
    {
        // The rare class is in the training rows alone.
        var validating = Enumerable.Range(0, rows).Where(static row => RowHash.Fraction(42, RowHash.Validation, row) < 0.2).ToHashSet();
        var data = "x,y\n" + string.Concat(Enumerable.Range(0, rows).Select(row => $"{row % 10},{(row % 10 > 6 && !validating.Contains(row) ? "rare" : "usual")}\n"));
        using var trainer = new TrainerHarness(data);
        Assert.Equal(0, await trainer.RunAsync(("OBJECTIVE", objective), ("OPTIMISE", "Auto"), ("MAX_MEMORY", "1Gi")));
        Assert.Null((await DocumentAsync(trainer)).Variants);
        Assert.Equal("maxMemory 1073741824 bytes: nothing was measured", Message(trainer));
        Assert.StartsWith(
            $"not optimised: all {validating.Count} validation rows are of one class, so what a variant loses cannot be measured", Models(trainer)["original"].GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Contains("warning: the model is not optimised: all", trainer.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GradientBoosting", "round=40", "")]
    [InlineData("GradientBoosting", "round=40", "5")]
    [InlineData("RandomForest", "round=1", "")]
    [InlineData("Network", "round=4", "")]
    public async Task What_was_trained_is_not_trained_again_where_the_run_is_stopped_while_it_optimises(string learner, string last, string earlyStopping)
    {
        (string, string)[] parameters = learner switch
        {
            "Network" => [("LEARNER", learner), ("ROUNDS", ""), ("EPOCHS", "4"), ("HIDDEN_LAYERS", "8"), ("OPTIMISE", "Auto")],
            "RandomForest" => [("LEARNER", learner), ("ROUNDS", ""), ("TREES", "5"), ("OPTIMISE", "Auto")],
            _ => [("EARLY_STOPPING_ROUNDS", earlyStopping), ("OPTIMISE", "Auto")],
        };
        using var whole = new TrainerHarness();
        Assert.Equal(ExitCode.Done, await whole.RunAsync(parameters));
        using var stopped = new TrainerHarness();
        Assert.Equal(ExitCode.Yielded, await stopped.RunAsync(last, parameters));
        Assert.Contains("asked to stop while optimising", stopped.Errors, StringComparison.Ordinal);
        // Without a state of the last round it would begin anew.
        Assert.Equal(ExitCode.Done, await stopped.RunAsync([.. parameters, ("MODELOP_RESUME_FROM", stopped.Checkpoint)]));
        Assert.Contains($"resume: {last.Replace('=', ' ')} from ", stopped.Log, StringComparison.Ordinal);
        Assert.Equal(whole.Digest(), stopped.Digest());
    }

    [Fact]
    public void A_failure_of_the_optimiser_costs_the_variants_and_not_the_model()
    {
        using var folder = new TemporaryFolder();
        folder.Write("data.csv", TrainerHarness.SyntheticData(100));
        var parameters = TrainingParameters.Parse(new Dictionary<string, string> { ["target"] = "y", ["optimise"] = "Auto" });
        List<string> warnings = [];
        using var damaged = new DamagedTrees();
        var optimised = new Optimiser(parameters, PreparedData.Load(parameters, folder.Path, CancellationToken.None), 1, TimeProvider.System, warnings.Add, CancellationToken.None).Run(damaged, [0]);
        Assert.Empty(optimised.Variants);
        var only = Assert.Single(optimised.Document.Models);
        Assert.Equal(("original", true), (only.Name, only.Registered));
        Assert.StartsWith("not optimised: FormatException: ", only.Reason, StringComparison.Ordinal);
        Assert.StartsWith("the model is not optimised: FormatException: ", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GradientBoosting", "optimise", "Int8", "allowed is one of None, Auto, Prune, Round with learner GradientBoosting")]
    [InlineData("RandomForest", "optimise", "Fp16", "allowed is one of None, Auto, Prune, Round with learner RandomForest")]
    [InlineData("Network", "optimise", "Prune", "allowed is one of None, Auto, Int8, Fp16 with learner Network")]
    [InlineData("Linear", "optimise", "Auto", "allowed is None with learner Linear")]
    [InlineData("Network", "optimise", "int4", "allowed is one of None, Auto, Int8, Fp16, Prune, Round")]
    [InlineData("Network", "maxLoss", "0.1", "allowed is no value without optimise")]
    [InlineData("Network", "maxMemory", "1Mi", "allowed is no value without optimise")]
    [InlineData("Network", "targetLatencyMs", "5", "allowed is no value without optimise")]
    [InlineData("Network", "optimise=Auto;maxLoss", "1.5", "allowed is a number from 0 to 1")]
    [InlineData("Network", "optimise=Auto;targetLatencyMs", "0", "allowed is a number above 0 and at most 60000")]
    [InlineData("Network", "optimise=Auto;maxMemory", "1.5Gi", "allowed is a whole number of bytes from 1, or of k, M, G, Ki, Mi or Gi, as 64Mi")]
    [InlineData("Network", "optimise=Auto;maxMemory", "64MB", "allowed is a whole number of bytes from 1, or of k, M, G, Ki, Mi or Gi, as 64Mi")]
    [InlineData("Network", "validationFraction=0;optimise", "Auto", "allowed is None when validationFraction is 0: there is nothing to measure the loss on")]
    public void A_bad_parameter_is_named_with_its_value_and_what_is_allowed(string learner, string name, string value, string message)
    {
        var given = $"{name}={value}".Split(';').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        var failure = Assert.Throws<TrainerException>(() => TrainingParameters.Parse(new Dictionary<string, string>(given) { ["target"] = "y", ["learner"] = learner }));
        Assert.Equal((ExitCode.Usage, $"parameter '{name.Split(';')[^1]}' is '{value}', {message}"), (failure.ExitCode, failure.Message));
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("64Mi", 64L << 20)]
    [InlineData("2G", 2_000_000_000)]
    [InlineData("3Ki", 3072)]
    public void Memory_is_written_as_Kubernetes_writes_it(string text, long bytes) => Assert.Equal(
        bytes, TrainingParameters.Parse(new Dictionary<string, string> { ["target"] = "y", ["optimise"] = "auto", ["maxMemory"] = text }).Optimiser!.MaxMemory);

    [Theory]
    [InlineData(TargetType.Regression, "rmse=2", "rmse=2.1", 0.05)]
    [InlineData(TargetType.Regression, "rmse=2", "rmse=1.9", -0.05)]
    [InlineData(TargetType.Regression, "rmse=0", "rmse=0.1", 1)]
    [InlineData(TargetType.Regression, "rmse=0", "rmse=0", 0)]
    [InlineData(TargetType.Binary, "accuracy=0.9,auc=0.8", "accuracy=0.89,auc=0.77", 0.03)]
    [InlineData(TargetType.Multiclass, "accuracy=0.9,auc=0.8", "accuracy=0.85,auc=0.81", 0.05)]
    [InlineData(TargetType.Multiclass, "accuracy=0.9", "accuracy=0.91", -0.01)]
    public void Loss_is_what_the_target_s_score_is_worse_by(TargetType target, string before, string after, double loss)
    {
        static Dictionary<string, double> Of(string text) => text.Split(',').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => double.Parse(pair[1], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(loss, AccuracyLoss.Of(target, Of(before), Of(after)), 1e-12);
    }

    private static async Task<ModelDocument> DocumentAsync(TrainerHarness trainer) => (await ModelBundle.LoadAsync(Path.Combine(trainer.Output, "model"), CancellationToken.None)).Document;

    private static JsonElement Result(TrainerHarness trainer) => trainer.Result().GetProperty("optimisation");

    private static string? Message(TrainerHarness trainer) => Result(trainer).GetProperty("message").GetString();

    private static double Metric(TrainerHarness trainer, string name) => trainer.Result().GetProperty("metrics").GetProperty(name).GetDouble();

    private static Dictionary<string, JsonElement> Models(TrainerHarness trainer) =>
        Result(trainer).GetProperty("models").EnumerateArray().ToDictionary(static model => model.GetProperty("name").GetString()!, static model => model);

    private static double Number(JsonElement model, string name) => model.GetProperty(name).GetDouble();

    private sealed class DamagedTrees : ILearned
    {
        public string Format => ModelDocument.FormatName;

        public byte[] Content => [1, 2, 3];

        public LearnerDocument Describe() => new() { Name = "xgboost", Version = "1.7.4", Objective = "reg:squarederror", File = ModelDocument.BoosterFileName, Digest = "" };

        public float[] Predict(Dataset dataset) => [];

        public double[] Importance() => [];

        public void Dispose()
        {
        }
    }
}
