using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ModelOperator.Api;

namespace ModelOperator.CanaryDeployments;

/// <summary>Which predictions the model server hands over to the history, with the truths that come for them.</summary>
public sealed record ServerPredictionLog
{
    /// <summary>Most names of <see cref="Redact"/>.</summary>
    public const int MostRedacted = 256;

    [Description("Share of the predictions, from 0 to 1; \"1\" for all. Which ones follows from their ids, so a truth is kept exactly where its prediction is.")]
    [StringLength(32)]
    public required string SampleRate { get; init; }

    [Description("Features that leave no server; * for all. A name that the model has not stops the logging of features until it is mended, for it may be a slip.")]
    [MaxItems(MostRedacted)]
    public IReadOnlyList<string>? Redact { get; init; }
}
