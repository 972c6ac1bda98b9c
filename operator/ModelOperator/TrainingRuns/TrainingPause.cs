using System.ComponentModel;

namespace ModelOperator.TrainingRuns;

/// <summary>A pause by command. It lives in the status, never in spec.suspend: what git says stays what git says.</summary>
public sealed record TrainingPause
{
    [Description("Why, one word.")]
    public required string Reason { get; init; }

    [Description("Identifier of the command.")]
    public string? Id { get; init; }

    [Description("Since when.")]
    public DateTimeOffset? Since { get; init; }
}
