using System.Globalization;

namespace ModelOperator.Trainer.Parameters;

/// <summary>What shapes a network.</summary>
public sealed record NetworkParameters
{
    private const int MostLayers = 16;
    private const int MostUnits = 8192;

    private static readonly string[] Schedules = ["scheduleEpochs", "scheduleFactor"];

    private static readonly string[] Others =
    [
        "hiddenLayers", "batchNorm", "dropout", "epochs", "batchSize", "gradientAccumulation", "learningRate", "weightDecay", "learningRateSchedule",
        "mixedPrecision", "earlyStoppingEpochs", "checkpointEveryEpochs",
    ];

    /// <summary>Units of each.</summary>
    public required IReadOnlyList<int> HiddenLayers { get; init; }

    public bool BatchNorm { get; init; }

    /// <summary>Share of the hidden units that a row in training does without.</summary>
    public double Dropout { get; init; }

    public int Epochs { get; init; }

    /// <summary>Rows whose gradient is made at once.</summary>
    public int BatchSize { get; init; }

    /// <summary>Batches of one update.</summary>
    public int GradientAccumulation { get; init; }

    public double LearningRate { get; init; }

    public double WeightDecay { get; init; }

    public LearningRateSchedule Schedule { get; init; }

    /// <summary>Of Step, or the patience of Plateau; else 0.</summary>
    public int ScheduleEpochs { get; init; }

    /// <summary>Of Step and Plateau; else 1.</summary>
    public double ScheduleFactor { get; init; } = 1;

    public MixedPrecision MixedPrecision { get; init; }

    /// <summary>Epochs without improvement on validation before stopping; 0 never stops early.</summary>
    public int EarlyStoppingEpochs { get; init; }

    public int CheckpointEveryEpochs { get; init; }

    /// <summary>Complains about parameters of networks.</summary>
    internal static void Refuse(ParameterBag bag, string condition) => bag.Refuse(condition, [.. Others, .. Schedules]);

    internal static NetworkParameters Parse(ParameterBag bag)
    {
        bag.Refuse("with learner Network", "lambda");
        var schedule = bag.Choice("learningRateSchedule", LearningRateSchedule.Constant);
        var hasSteps = schedule is LearningRateSchedule.Step or LearningRateSchedule.Plateau;
        if (!hasSteps)
            bag.Refuse($"with learningRateSchedule {schedule}", Schedules);
        return new NetworkParameters
        {
            HiddenLayers = Layers(bag.OptionalText("hiddenLayers") ?? "128,64"),
            BatchNorm = bag.Boolean("batchNorm"),
            Dropout = bag.Number("dropout", 0, 0, 0.95),
            Epochs = bag.Integer("epochs", 100, 1, 100_000),
            BatchSize = bag.Integer("batchSize", 256, 1, 1_000_000),
            GradientAccumulation = bag.Integer("gradientAccumulation", 1, 1, 10_000),
            LearningRate = bag.Number("learningRate", 0.001, 0, 10, aboveLeast: true),
            WeightDecay = bag.Number("weightDecay", 0.01, 0, 100),
            Schedule = schedule,
            ScheduleEpochs = hasSteps ? bag.Integer("scheduleEpochs", schedule == LearningRateSchedule.Step ? 30 : 10, 1, 100_000) : 0,
            ScheduleFactor = hasSteps ? bag.Number("scheduleFactor", 0.1, 0, 1, aboveLeast: true) : 1,
            MixedPrecision = bag.Choice("mixedPrecision", MixedPrecision.None),
            EarlyStoppingEpochs = bag.Integer("earlyStoppingEpochs", 0, 0, 100_000),
            CheckpointEveryEpochs = bag.Integer("checkpointEveryEpochs", 0, 0, 100_000),
        };
    }

    internal void RequireConsistent(double validationFraction, TrainingDevice device)
    {
        if (EarlyStoppingEpochs > 0 && validationFraction == 0)
            throw ParameterBag.Malformed("earlyStoppingEpochs", ParameterBag.Text(EarlyStoppingEpochs), "0 when validationFraction is 0: there is nothing to stop on");
        if (Schedule == LearningRateSchedule.Plateau && validationFraction == 0)
            throw ParameterBag.Malformed("learningRateSchedule", "Plateau", "Constant, Cosine or Step when validationFraction is 0: there is no score to wait for");
        if (MixedPrecision == MixedPrecision.Fp16 && device == TrainingDevice.Cpu)
            throw ParameterBag.Malformed("mixedPrecision", "fp16", "none or bf16 with device cpu");
    }

    internal IEnumerable<(string Name, string Value)> Describe()
    {
        yield return ("hiddenLayers", string.Join(',', HiddenLayers.Select(ParameterBag.Text)));
        yield return ("batchNorm", BatchNorm ? "true" : "false");
        yield return ("dropout", ParameterBag.Text(Dropout));
        yield return ("epochs", ParameterBag.Text(Epochs));
        yield return ("batchSize", ParameterBag.Text(BatchSize));
        yield return ("gradientAccumulation", ParameterBag.Text(GradientAccumulation));
        yield return ("learningRate", ParameterBag.Text(LearningRate));
        yield return ("weightDecay", ParameterBag.Text(WeightDecay));
        yield return ("learningRateSchedule", Schedule.ToString());
        if (ScheduleEpochs > 0)
        {
            yield return ("scheduleEpochs", ParameterBag.Text(ScheduleEpochs));
            yield return ("scheduleFactor", ParameterBag.Text(ScheduleFactor));
        }

        yield return ("mixedPrecision", MixedPrecision.ToString());
        yield return ("earlyStoppingEpochs", ParameterBag.Text(EarlyStoppingEpochs));
    }

    private static int[] Layers(string text)
    {
        var widths = text.Split(',').Select(static part => int.TryParse(part, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var width) ? width : 0).ToArray();
        return widths.Length <= MostLayers && Array.TrueForAll(widths, static width => width is >= 1 and <= MostUnits)
            ? widths
            : throw ParameterBag.Malformed("hiddenLayers", text, $"1 to {MostLayers} whole numbers from 1 to {MostUnits}, comma-separated: the units of each layer");
    }
}
