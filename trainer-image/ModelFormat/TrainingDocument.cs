namespace ModelOperator.ModelFormat;

/// <summary>Where the model comes from. Holds no clock time, so that equal training gives equal bytes.</summary>
public sealed class TrainingDocument
{
    public long TrainRows { get; set; }

    public long ValidationRows { get; set; }

    /// <summary>"sha256:" over the manifest of the data files that were read.</summary>
    public required string DatasetDigest { get; set; }

    /// <summary>Every parameter that shapes the model, defaults included.</summary>
    public required SortedDictionary<string, string> Parameters { get; set; }
}
