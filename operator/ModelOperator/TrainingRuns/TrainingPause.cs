using System.ComponentModel;

namespace ModelOperator.TrainingRuns;

/// <summary>A pause by command, by a budget or for the grid. It lives in the status, never in spec.suspend: what git says stays what git says.</summary>
public sealed record TrainingPause
{
    [Description("Why, one word.")]
    public required string Reason { get; init; }

    [Description("Identifier of the command; absent for other pauses.")]
    public string? Id { get; init; }

    [Description("Why, a sentence; of a pause by a budget or for the grid.")]
    public string? Message { get; init; }

    [Description("Since when.")]
    public DateTimeOffset? Since { get; init; }
}
