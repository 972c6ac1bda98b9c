namespace ModelOperator.Trainer.Output;

/// <summary>Where the model is, relative to the output directory.</summary>
public sealed class ResultModel
{
    public required string Path { get; set; }

    public required string Format { get; set; }

    /// <summary>Artifact digest of the files below that path.</summary>
    public required string Digest { get; set; }
}
