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

    [Description("What 200 to feedback promises. Counted: the truths are in the server's counters, and on their way to the history. Kept: those of sampled predictions are in the history, whatever happens to the server; 429 while that cannot be promised.")]
    [DefaultValue(TruthAcknowledgement.Counted)]
    public TruthAcknowledgement Acknowledge { get; init; } = TruthAcknowledgement.Counted;

    [Description("Features that leave no server; * for all. A name that the model has not stops the logging of features until it is mended, for it may be a slip.")]
    [MaxItems(MostRedacted)]
    public IReadOnlyList<string>? Redact { get; init; }
}
