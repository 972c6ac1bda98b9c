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

    /// <summary>Name of this document inside the model's directory.</summary>
    public const string FileName = "model.json";

    /// <summary>Name of the booster inside the model's directory.</summary>
    public const string BoosterFileName = "booster.ubj";

    /// <summary>Name of the coefficients inside the model's directory.</summary>
    public const string LinearFileName = "linear.json";

    /// <summary>Name of the layers inside the model's directory.</summary>
    public const string NetworkFileName = "network.safetensors";

    public required string Format { get; set; }

    public required LearnerDocument Learner { get; set; }

    public required TargetDocument Target { get; set; }

    public UnknownCategory UnknownCategory { get; set; }

    /// <summary>In the order of the columns that the model takes.</summary>
    public required List<FeatureDocument> Features { get; set; }

    public required TrainingDocument Training { get; set; }

    /// <summary>By name, for example validation_rmse.</summary>
    public required SortedDictionary<string, double> Metrics { get; set; }

    /// <summary>Rows with the predictions that the trainer's own library made; a server must reproduce them before it is ready.</summary>
    public required List<SampleDocument> Samples { get; set; }
}
