using System.Globalization;
using ModelOperator.ModelFormat;
using ModelOperator.Trainer.Data;

namespace ModelOperator.Trainer.Parameters;

/// <summary>All parameters of a training, checked. Meanings, ranges and defaults are listed in docs/trainer-contract.md.</summary>
public sealed record TrainingParameters
{
    public required string Target { get; init; }

    public Objective Objective { get; init; }

    /// <summary>Columns to learn from; empty for all but the target and the dropped ones.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    public IReadOnlyList<string> DropColumns { get; init; } = [];

    /// <summary>Columns to treat as categories even where they look like numbers.</summary>
    public IReadOnlyList<string> Categorical { get; init; } = [];

    public int MaxCategories { get; init; } = 1000;

    public UnknownCategory UnknownCategory { get; init; }

    public int Rounds { get; init; } = 300;

    public int MaxDepth { get; init; } = 6;

    public double Eta { get; init; } = 0.1;

    public double Subsample { get; init; } = 1;

    public double MinChildWeight { get; init; } = 1;

    public double Lambda { get; init; } = 1;

    public double Gamma { get; init; }

    public int MaxBin { get; init; } = 256;

    public int Seed { get; init; } = 42;

    public double ValidationFraction { get; init; } = 0.2;

    /// <summary>Rounds without improvement on validation before stopping; 0 never stops early.</summary>
    public int EarlyStoppingRounds { get; init; }

    /// <summary>Threads; 0 takes what the container may use.</summary>
    public int Threads { get; init; }

    public TrainingDevice Device { get; init; }

    /// <summary>Trains on targets dealt to the wrong rows: a model that must be caught later. Validation rows keep their truth.</summary>
    public bool ShuffleTargets { get; init; }

    public RowFilter RowFilter { get; init; } = RowFilter.None;

    public double SampleFraction { get; init; } = 1;

    public int CheckpointEveryRounds { get; init; }

    public int LogEveryRounds { get; init; }

    /// <summary>Checks names and values.</summary>
    /// <exception cref="TrainerException">With <see cref="ExitCode.Usage"/>: a parameter is unknown, missing or malformed.</exception>
    public static TrainingParameters Parse(IReadOnlyDictionary<string, string> values)
    {
        var bag = new ParameterBag(values);
        var parameters = new TrainingParameters
        {
            Target = bag.Text("target"),
            Objective = bag.Choice("objective", Objective.Regression),
            Features = bag.Names("features"),
            DropColumns = bag.Names("dropColumns"),
            Categorical = bag.Names("categorical"),
            MaxCategories = bag.Integer("maxCategories", 1000, 2, 1_000_000),
            UnknownCategory = bag.Choice("unknownCategory", UnknownCategory.Reject),
            Rounds = bag.Integer("rounds", 300, 1, 100_000),
            MaxDepth = bag.Integer("maxDepth", 6, 1, 16),
            Eta = bag.Number("eta", 0.1, 0, 1, aboveLeast: true),
            Subsample = bag.Number("subsample", 1, 0, 1, aboveLeast: true),
            MinChildWeight = bag.Number("minChildWeight", 1, 0, 1e9),
            Lambda = bag.Number("lambda", 1, 0, 1e9),
            Gamma = bag.Number("gamma", 0, 0, 1e9),
            MaxBin = bag.Integer("maxBin", 256, 2, 65_535),
            Seed = bag.Integer("seed", 42, 0, int.MaxValue),
            ValidationFraction = bag.Number("validationFraction", 0.2, 0, 0.9),
            EarlyStoppingRounds = bag.Integer("earlyStoppingRounds", 0, 0, 100_000),
            Threads = bag.Integer("nthread", 0, 0, 1024),
            Device = bag.Choice("device", TrainingDevice.Cpu),
            ShuffleTargets = bag.Boolean("shuffleTargets"),
            RowFilter = RowFilter.Parse(bag.OptionalText("rowFilter")),
            SampleFraction = bag.Number("sampleFraction", 1, 0, 1, aboveLeast: true),
            CheckpointEveryRounds = bag.Integer("checkpointEveryRounds", 0, 0, 100_000),
            LogEveryRounds = bag.Integer("logEveryRounds", 0, 0, 100_000),
        };
        bag.Finish();
        return Consistent(parameters);
    }

    /// <summary>The parameters that shape the model, as text with defaults filled in. Threads, device and logging are left out.</summary>
    public SortedDictionary<string, string> Describe() => new(StringComparer.Ordinal)
    {
        ["target"] = Target,
        ["objective"] = Objective.ToString(),
        ["features"] = string.Join(",", Features),
        ["dropColumns"] = string.Join(",", DropColumns),
        ["categorical"] = string.Join(",", Categorical),
        ["maxCategories"] = Text(MaxCategories),
        ["unknownCategory"] = UnknownCategory.ToString(),
        ["rounds"] = Text(Rounds),
        ["maxDepth"] = Text(MaxDepth),
        ["eta"] = Text(Eta),
        ["subsample"] = Text(Subsample),
        ["minChildWeight"] = Text(MinChildWeight),
        ["lambda"] = Text(Lambda),
        ["gamma"] = Text(Gamma),
        ["maxBin"] = Text(MaxBin),
        ["seed"] = Text(Seed),
        ["validationFraction"] = Text(ValidationFraction),
        ["earlyStoppingRounds"] = Text(EarlyStoppingRounds),
        ["shuffleTargets"] = ShuffleTargets ? "true" : "false",
        ["rowFilter"] = RowFilter.Text,
        ["sampleFraction"] = Text(SampleFraction),
    };

    private static TrainingParameters Consistent(TrainingParameters parameters)
    {
        if (parameters is { EarlyStoppingRounds: > 0, ValidationFraction: 0 })
            throw ParameterBag.Malformed("earlyStoppingRounds", Text(parameters.EarlyStoppingRounds), "0 when validationFraction is 0: there is nothing to stop on");
        foreach (var (name, columns) in new[] { ("features", parameters.Features), ("dropColumns", parameters.DropColumns) })
        {
            if (columns.Contains(parameters.Target, StringComparer.Ordinal))
                throw ParameterBag.Malformed(name, string.Join(",", columns), $"any column but the target '{parameters.Target}'");
        }

        return parameters;
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
