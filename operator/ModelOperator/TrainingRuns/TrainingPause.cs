using System.ComponentModel;

namespace ModelOperator.TrainingRuns;

/// <summary>A pause by command or by a budget. It lives in the status, never in spec.suspend: what git says stays what git says.</summary>
public sealed record TrainingPause
{
    [Description("Why, one word.")]
    public required string Reason { get; init; }

    [Description("Identifier of the command; absent for a pause by a budget.")]
    public string? Id { get; init; }

    [Description("Why, a sentence; of a pause by a budget.")]
    public string? Message { get; init; }

    [Description("Since when.")]
    public DateTimeOffset? Since { get; init; }
}
