namespace ModelOperator.ModelFormat;

/// <summary>The same model made smaller or faster: another file beside the main one, which a server may be told to serve instead.</summary>
public sealed class VariantDocument
{
    /// <summary>What was done: int8, fp16, prune, round or prune-round.</summary>
    public required string Name { get; set; }

    public required string Format { get; set; }

    /// <summary>The file with what was learned, relative to this document.</summary>
    public required string File { get; set; }

    /// <summary>"sha256:" and the hash of that file's bytes.</summary>
    public required string Digest { get; set; }

    /// <summary>The file's length.</summary>
    public long SizeBytes { get; set; }

    /// <summary>What it lost on the validation rows, see docs/trainer-contract.md; below 0 where it is better.</summary>
    public double Loss { get; set; }

    /// <summary>validation_*, as this variant has them.</summary>
    public required SortedDictionary<string, double> Metrics { get; set; }

    /// <summary>Its predictions of the model's samples: one number each, or one per class.</summary>
    public required List<List<double>> Predictions { get; set; }
}
