using ModelOperator.ModelFormat;
using ModelOperator.ModelFormat.Derived;
using ModelOperator.Trainer.Data;

namespace ModelOperator.Trainer.Parameters;

/// <summary>All parameters of a training, checked. Meanings, ranges and defaults are listed in docs/trainer-contract.md.</summary>
public sealed record TrainingParameters
{
    public required string Target { get; init; }

    public Objective Objective { get; init; }

    public Learner Learner { get; init; }

    /// <summary>Rounds of boosting, epochs, or the most steps of a solver.</summary>
    public int Rounds => Trees?.Rounds ?? Network?.Epochs ?? Linear!.MaxIterations;

    /// <summary>Columns to learn from; empty for all but the target and the dropped ones.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    public IReadOnlyList<string> DropColumns { get; init; } = [];

    /// <summary>Columns to treat as categories even where they look like numbers.</summary>
    public IReadOnlyList<string> Categorical { get; init; } = [];

    /// <summary>Columns to work out from others; learned from behind those.</summary>
    public IReadOnlyList<DerivedColumn> Derive { get; init; } = [];

    public int MaxCategories { get; init; } = 1000;

    public UnknownCategory UnknownCategory { get; init; }

    /// <summary>Of the learners with trees, else null.</summary>
    public TreeParameters? Trees { get; init; }

    /// <summary>Of the linear learner, else null.</summary>
    public LinearParameters? Linear { get; init; }

    /// <summary>Of the network, else null.</summary>
    public NetworkParameters? Network { get; init; }

    /// <summary>What is made of the model besides; null for nothing.</summary>
    public OptimiserParameters? Optimiser { get; init; }

    public int Seed { get; init; } = 42;

    public double ValidationFraction { get; init; } = 0.2;

    /// <summary>Whether training and validation rows, and parts of the cross-validation, have each class in equal shares.</summary>
    public bool Stratify { get; init; }

    /// <summary>Parts of the training rows for cross-validation; 0 for none.</summary>
    public int Folds { get; init; }

    /// <summary>Threads; 0 takes what the container may use.</summary>
    public int Threads { get; init; }

    public TrainingDevice Device { get; init; }

    /// <summary>Trains on targets dealt to the wrong rows: a model that must be caught later. Validation rows keep their truth.</summary>
    public bool ShuffleTargets { get; init; }

    public RowFilter RowFilter { get; init; } = RowFilter.None;

    /// <summary>Parts of the validation rows that are scored by themselves.</summary>
    public SliceParameters Slices { get; init; } = SliceParameters.None;

    public double SampleFraction { get; init; } = 1;

    public int LogEveryRounds { get; init; }

    /// <summary>Checks names and values.</summary>
    /// <exception cref="TrainerException">With <see cref="ExitCode.Usage"/>: a parameter is unknown, missing or malformed.</exception>
    public static TrainingParameters Parse(IReadOnlyDictionary<string, string> values)
    {
        var bag = new ParameterBag(values);
        var objective = bag.Choice("objective", Objective.Regression);
        var learner = bag.Choice("learner", Learner.GradientBoosting);
        var isTrees = learner is Learner.GradientBoosting or Learner.RandomForest;
        if (!isTrees)
            TreeParameters.Refuse(bag, $"with learner {learner}");
        if (learner != Learner.Linear)
            LinearParameters.Refuse(bag, $"with learner {learner}");
        if (learner != Learner.Network)
            NetworkParameters.Refuse(bag, $"with learner {learner}");
        var parameters = new TrainingParameters
        {
            Target = bag.Text("target"),
            Objective = objective,
            Learner = learner,
            Trees = isTrees ? TreeParameters.Parse(bag, learner) : null,
            Linear = learner == Learner.Linear ? LinearParameters.Parse(bag, objective) : null,
            Network = learner == Learner.Network ? NetworkParameters.Parse(bag) : null,
            Optimiser = OptimiserParameters.Parse(bag, learner),
            Features = bag.Names("features"),
            DropColumns = bag.Names("dropColumns"),
            Categorical = bag.Names("categorical"),
            Derive = Derived(bag.OptionalText("derive")),
            MaxCategories = bag.Integer("maxCategories", 1000, 2, 1_000_000),
            UnknownCategory = bag.Choice("unknownCategory", UnknownCategory.Reject),
            Seed = bag.Integer("seed", 42, 0, int.MaxValue),
            ValidationFraction = bag.Number("validationFraction", 0.2, 0, 0.9),
            Stratify = bag.Boolean("stratify"),
            Folds = bag.Integer("kFold", 0, 0, 20),
            Threads = bag.Integer("nthread", 0, 0, 1024),
            Device = bag.Choice("device", TrainingDevice.Cpu),
            ShuffleTargets = bag.Boolean("shuffleTargets"),
            RowFilter = RowFilter.Parse(bag.OptionalText("rowFilter")),
            Slices = SliceParameters.Parse(bag),
            SampleFraction = bag.Number("sampleFraction", 1, 0, 1, aboveLeast: true),
            LogEveryRounds = bag.Integer("logEveryRounds", 0, 0, 100_000),
        };
        bag.Finish();
        return Consistent(parameters);
    }

    /// <summary>The parameters that shape the model, as text with defaults filled in. Threads, device and logging are left out.</summary>
    public SortedDictionary<string, string> Describe()
    {
        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["target"] = Target,
            ["objective"] = Objective.ToString(),
            ["learner"] = Learner.ToString(),
            ["features"] = string.Join(",", Features),
            ["dropColumns"] = string.Join(",", DropColumns),
            ["categorical"] = string.Join(",", Categorical),
            ["derive"] = string.Join("; ", Derive),
            ["maxCategories"] = ParameterBag.Text(MaxCategories),
            ["unknownCategory"] = UnknownCategory.ToString(),
            ["seed"] = ParameterBag.Text(Seed),
            ["validationFraction"] = ParameterBag.Text(ValidationFraction),
            ["kFold"] = ParameterBag.Text(Folds),
            ["shuffleTargets"] = ShuffleTargets ? "true" : "false",
            ["rowFilter"] = RowFilter.Text,
            ["sampleFraction"] = ParameterBag.Text(SampleFraction),
        };
        if (Stratify)
            texts["stratify"] = "true";
        Add(DescribeLearner());
        Add(Slices.Describe());
        Add(Optimiser?.Describe() ?? []);
        return texts;

        void Add(IEnumerable<(string Name, string Value)> described)
        {
            foreach (var (name, value) in described)
                texts[name] = value;
        }
    }

    /// <summary>Those of the learner alone.</summary>
    public IEnumerable<(string Name, string Value)> DescribeLearner() => Trees?.Describe() ?? Network?.Describe() ?? Linear!.Describe();

    private static IReadOnlyList<DerivedColumn> Derived(string? text)
    {
        try
        {
            return DerivedColumn.ParseAll(text);
        }
        catch (FormulaException wrong)
        {
            throw TrainerException.Usage($"parameter 'derive': {wrong.Message}; allowed are definitions separated by ';', each NAME = FORMULA, for example volume = x * y * z");
        }
    }

    private static TrainingParameters Consistent(TrainingParameters parameters)
    {
        if (parameters is { Trees.EarlyStoppingRounds: > 0 and var rounds, ValidationFraction: 0 })
            throw ParameterBag.Malformed("earlyStoppingRounds", ParameterBag.Text(rounds), "0 when validationFraction is 0: there is nothing to stop on");
        if (parameters is { Optimiser.Optimise: var optimise, ValidationFraction: 0 })
            throw ParameterBag.Malformed("optimise", optimise.ToString(), "None when validationFraction is 0: there is nothing to measure the loss on");
        if (parameters is { Slices.Conditions: [_, ..] slices, ValidationFraction: 0 })
            throw ParameterBag.Malformed("slices", string.Join("; ", slices), "none when validationFraction is 0: slices are parts of the validation rows");
        if (parameters is { Stratify: true, Objective: Objective.Regression })
            throw ParameterBag.Malformed("stratify", "true", "false with objective Regression, whose target has no classes");
        parameters.Network?.RequireConsistent(parameters.ValidationFraction, parameters.Device);
        if (parameters.Folds == 1)
            throw ParameterBag.Malformed("kFold", "1", "0 (none) or a whole number from 2 to 20");
        if (parameters is { Learner: Learner.Linear, Device: TrainingDevice.Cuda })
            throw ParameterBag.Malformed("device", "cuda", "cpu with learner Linear");
        foreach (var (name, columns) in new[] { ("features", parameters.Features), ("dropColumns", parameters.DropColumns) })
        {
            if (columns.Contains(parameters.Target, StringComparer.Ordinal))
                throw ParameterBag.Malformed(name, string.Join(",", columns), $"any column but the target '{parameters.Target}'");
        }

        HashSet<string> derived = [.. parameters.Derive.Select(static column => column.Name)];
        foreach (var (name, columns) in new[] { ("target", [parameters.Target]), ("features", parameters.Features), ("dropColumns", parameters.DropColumns), ("categorical", parameters.Categorical) })
        {
            if (columns.FirstOrDefault(derived.Contains) is { } column)
                throw ParameterBag.Malformed(name, string.Join(",", columns), $"columns of the data; '{column}' is a derived one, which is a number and always learned from");
        }

        return parameters;
    }
}
