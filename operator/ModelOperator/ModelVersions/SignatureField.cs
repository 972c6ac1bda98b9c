using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.ModelVersions;

/// <summary>One feature, or one answer.</summary>
public sealed record SignatureField
{
    [Description("Name of the column.")]
    [StringLength(128, MinimumLength = 1)]
    public required string Name { get; init; }

    [Description("Numeric, Categorical (a text, or the most probable of several classes), or, of an output, Probability (of the second of two classes).")]
    public SignatureType Type { get; set; }

    [Description("Of an input: clients may leave it out or send null.")]
    public bool Optional { get; set; }
}
