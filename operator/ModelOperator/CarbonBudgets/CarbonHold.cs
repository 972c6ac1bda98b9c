using System.ComponentModel;

namespace ModelOperator.CarbonBudgets;

/// <summary>A reservation, idempotent by the run's UID. A hold exists exactly until it is settled.</summary>
public sealed record CarbonHold
{
    [Description("UID of the run.")]
    public required string RunUid { get; init; }

    [Description("Name of the run, in the budget's namespace.")]
    public required string RunName { get; init; }

    [Description("Reserved emissions in milligrams.")]
    public long Milligrams { get; init; }

    [Description("Reserved energy in milliwatt-hours.")]
    public long MilliwattHours { get; init; }

    [Description("When it was reserved.")]
    public DateTimeOffset? ReservedAt { get; init; }
}
