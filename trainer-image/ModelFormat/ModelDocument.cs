using System.Text.Json.Serialization;

namespace ModelOperator.ModelFormat;

/// <summary>The content of model.json: all that is needed to feed rows to what was learned beside it, and to check that this is done right.</summary>
public sealed class ModelDocument
{
    /// <summary>Name of the format of trees.</summary>
    public const string FormatName = "modelop/xgboost-v1";

    /// <summary>Name of the format of linear models.</summary>
    public const string LinearFormatName = "modelop/linear-v1";

    /// <summary>Name of the format of networks.</summary>
    public const string NetworkFormatName = "modelop/torch-v1";

    /// <summary>Name of the format of trees with derived features, which readers of <see cref="FormatName"/> alone would leave out.</summary>
    public const string DerivedFormatName = "modelop/xgboost-v2";

    /// <summary>Name of the format of linear models with derived features.</summary>
    public const string DerivedLinearFormatName = "modelop/linear-v2";

    /// <summary>Name of the format of networks with derived features.</summary>
    public const string DerivedNetworkFormatName = "modelop/torch-v2";

    /// <summary>Name of the format of trees with features for formulas alone, which readers of <see cref="DerivedFormatName"/> would take for columns of the trees.</summary>
    public const string FormulaOnlyFormatName = "modelop/xgboost-v3";

    /// <summary>Name of the format of linear models with features for formulas alone.</summary>
    public const string FormulaOnlyLinearFormatName = "modelop/linear-v3";

    /// <summary>Name of the format of networks with features for formulas alone.</summary>
    public const string FormulaOnlyNetworkFormatName = "modelop/torch-v3";

    /// <summary>Name of the format of trees that were made smaller.</summary>
    public const string TreesFormatName = "modelop/trees-v1";

    /// <summary>Name of the format of networks whose weights were rounded to 8 bits and coded. Before it those had <see cref="NetworkFormatName"/>, and stood there byte by byte.</summary>
    public const string Int8NetworkFormatName = "modelop/network-int8-v1";

    /// <summary>Name of this document inside the model's directory.</summary>
    public const string FileName = "model.json";

    /// <summary>Name of the booster inside the model's directory.</summary>
    public const string BoosterFileName = "booster.ubj";

    /// <summary>Name of the coefficients inside the model's directory.</summary>
    public const string LinearFileName = "linear.json";

    /// <summary>Name of the layers inside the model's directory.</summary>
    public const string NetworkFileName = "network.safetensors";

    /// <summary>Name of trees that were made smaller, for errors: each variant has a file of its own.</summary>
    public const string TreesFileName = "trees.safetensors";

    public required string Format { get; set; }

    /// <summary>The layout of what was learned: the format, whether or not there are derived features.</summary>
    [JsonIgnore]
    public string LearnedFormat => Format switch
    {
        DerivedFormatName or FormulaOnlyFormatName => FormatName,
        DerivedLinearFormatName or FormulaOnlyLinearFormatName => LinearFormatName,
        DerivedNetworkFormatName or FormulaOnlyNetworkFormatName => NetworkFormatName,
        _ => Format,
    };

    /// <summary>Features that clients send.</summary>
    [JsonIgnore]
    public IEnumerable<FeatureDocument> Inputs => Features.TakeWhile(static feature => feature.Derived is null);

    /// <summary>Features that what was learned has a column for, in the order of those.</summary>
    [JsonIgnore]
    public IEnumerable<FeatureDocument> Columns => Features.Where(static feature => !feature.FormulaOnly);

    public required LearnerDocument Learner { get; set; }

    public required TargetDocument Target { get; set; }

    public UnknownCategory UnknownCategory { get; set; }

    /// <summary>In the order of a row: those that clients send, then the derived ones. What was learned takes the <see cref="Columns"/> among them.</summary>
    public required List<FeatureDocument> Features { get; set; }

    public required TrainingDocument Training { get; set; }

    /// <summary>By name, for example validation_rmse.</summary>
    public required SortedDictionary<string, double> Metrics { get; set; }

    /// <summary>Rows with the predictions that the trainer's own library made; a server must reproduce them before it is ready.</summary>
    public required List<SampleDocument> Samples { get; set; }

    /// <summary>Smaller or faster ones of the same model; null when there are none.</summary>
    public List<VariantDocument>? Variants { get; set; }

    /// <summary>The name of a format with derived features.</summary>
    /// <param name="format">The format without.</param>
    /// <param name="formulaOnly">Whether some features are sent for formulas alone.</param>
    public static string WithDerived(string format, bool formulaOnly) => format switch
    {
        FormatName => formulaOnly ? FormulaOnlyFormatName : DerivedFormatName,
        LinearFormatName => formulaOnly ? FormulaOnlyLinearFormatName : DerivedLinearFormatName,
        NetworkFormatName => formulaOnly ? FormulaOnlyNetworkFormatName : DerivedNetworkFormatName,
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "expected the format of a learner"),
    };

    /// <summary>This model with a variant in the place of what was learned.</summary>
    /// <exception cref="ModelFormatException">There is no such variant, or it does not fit the model's samples.</exception>
    public ModelDocument As(string variant)
    {
        var chosen = Variants?.Find(other => other.Name == variant)
            ?? throw new ModelFormatException($"{FileName} has no variant '{variant}', {(Variants is { Count: > 0 } all ? "there are " + string.Join(", ", all.Select(static other => other.Name)) : "it has none")}");
        if (chosen.Predictions.Count != Samples.Count || chosen.Predictions.Exists(row => row.Count != Target.Outputs))
            throw new ModelFormatException($"{FileName}: variant '{variant}' does not have {Target.Outputs} predictions for each of {Samples.Count} samples");
        // What slices of the rows showed of the model itself is not known of the variant.
        var metrics = new SortedDictionary<string, double>(
            Metrics.Where(static metric => !metric.Key.Contains('@', StringComparison.Ordinal)).ToDictionary(static metric => metric.Key, static metric => metric.Value), StringComparer.Ordinal);
        foreach (var (name, value) in chosen.Metrics)
            metrics[name] = value;
        return new ModelDocument
        {
            Format = chosen.Format,
            Learner = new LearnerDocument
            {
                Name = Learner.Name,
                Version = Learner.Version,
                Objective = Learner.Objective,
                BaseScore = Learner.BaseScore,
                Rounds = Learner.Rounds,
                File = chosen.File,
                Digest = chosen.Digest,
            },
            Target = Target,
            UnknownCategory = UnknownCategory,
            Features = Features,
            Training = Training,
            Metrics = metrics,
            Samples = [.. Samples.Zip(chosen.Predictions, (sample, row) => new SampleDocument
            {
                Features = sample.Features,
                Prediction = row.Count == 1 ? row[0] : row.IndexOf(row.Max()),
                Probabilities = row.Count == 1 ? null : row,
            })],
            Variants = Variants,
        };
    }
}
