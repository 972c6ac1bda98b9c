using System.ComponentModel;
using ModelOperator.Api;

namespace ModelOperator.ModelVersions;

/// <summary>What clients may rely on: the features that a model takes and what it answers. The model server holds it against the model before it is ready.</summary>
public sealed record ModelSignature
{
    /// <summary>Most fields of a list; a variable of a process has room for them.</summary>
    public const int Most = 128;

    [Description("Features that the model takes, all of them, in any order.")]
    [MaxItems(Most)]
    public required IReadOnlyList<SignatureField> Inputs { get; init; }

    [Description("What the model answers, by the name of the predicted column; not checked when absent.")]
    [MaxItems(Most)]
    public IReadOnlyList<SignatureField>? Outputs { get; init; }
}
