using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.TrainingRuns;

/// <summary>One environment variable: a value, or a key of a Secret (never copied into status, events or logs).</summary>
public sealed record TrainingEnvironment
{
    [Description("Name of the variable.")]
    [RegularExpression("^[A-Za-z_][A-Za-z0-9_]*$")]
    [StringLength(256)]
    public required string Name { get; init; }

    [Description("Its value.")]
    [StringLength(32768)]
    public string? Value { get; init; }

    [Description("Key of a Secret in the same namespace, instead of a value.")]
    public SecretKeyReference? SecretKeyRef { get; init; }
}
