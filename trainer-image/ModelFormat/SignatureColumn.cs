namespace ModelOperator.ModelFormat;

/// <summary>One feature, or one answer.</summary>
public sealed class SignatureColumn
{
    public required string Name { get; set; }

    public SignatureType Type { get; set; }

    /// <summary>Of an input: clients may leave it out.</summary>
    public bool Optional { get; set; }
}
