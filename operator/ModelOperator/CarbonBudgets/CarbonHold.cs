using System.ComponentModel;
using ModelOperator.Carbon.Budgets;

namespace ModelOperator.CarbonBudgets;

/// <summary>A reservation, idempotent by the run's UID. A hold exists exactly until it is settled.</summary>
public sealed record CarbonHold
{
    [Description("UID of the run.")]
    public required string RunUid { get; init; }

    [Description("Name of the run, in the budget's namespace unless runNamespace is given.")]
    public required string RunName { get; init; }

    [Description("Namespace of the run; given by budgets that have none.")]
    public string? RunNamespace { get; init; }

    [Description("Reserved emissions in milligrams.")]
    public long Milligrams { get; init; }

    [Description("Reserved energy in milliwatt-hours.")]
    public long MilliwattHours { get; init; }

    [Description("When it was reserved.")]
    public DateTimeOffset? ReservedAt { get; init; }

    [Description("When the amounts changed last; absent while they are those of the reservation.")]
    public DateTimeOffset? ChangedAt { get; init; }

    [Description("Emissions that the run has burnt and that are booked already, in milligrams; what is reserved is on top of it.")]
    public long? BookedMilligrams { get; init; }

    [Description("Energy that the run has burnt and that is booked already, in milliwatt-hours; what is reserved is on top of it.")]
    public long? BookedMilliwattHours { get; init; }

    [Description("Emissions that the run was refused, as a sum over its life, in milligrams; absent when it has what it asked for.")]
    public long? RefusedMilligrams { get; init; }

    [Description("Energy that the run was refused, as a sum over its life, in milliwatt-hours; absent when it has what it asked for.")]
    public long? RefusedMilliwattHours { get; init; }

    [Description("UID of the BudgetOverride that let a part of it beyond the limit; absent when none was needed.")]
    public string? OverrideUid { get; init; }

    [Description("Emissions beyond the limit by that override, in milligrams.")]
    public long? OverrideMilligrams { get; init; }

    [Description("Energy beyond the limit by that override, in milliwatt-hours.")]
    public long? OverrideMilliwattHours { get; init; }

    /// <summary>The hold of the account.</summary>
    internal BudgetHold ToHold(DateTimeOffset now) => new(RunUid, RunNamespace is null ? RunName : $"{RunNamespace}/{RunName}", new(new(Milligrams), new(MilliwattHours)), ReservedAt ?? now)
    {
        Booked = new(new(BookedMilligrams ?? 0), new(BookedMilliwattHours ?? 0)),
        Refused = RefusedMilligrams is null && RefusedMilliwattHours is null ? null : new(new(RefusedMilligrams ?? 0), new(RefusedMilliwattHours ?? 0)),
        Overridden = new(new(OverrideMilligrams ?? 0), new(OverrideMilliwattHours ?? 0)),
        OverrideUid = OverrideUid,
    };

    /// <summary>The hold of the object, with the run's namespace where the budget has none, and with the time of the change when it is another than before.</summary>
    internal static CarbonHold Of(BudgetHold hold, CarbonHold? before, bool withNamespace, DateTimeOffset now)
    {
        var next = Of(hold, withNamespace);
        if (before?.ReservedAt != next.ReservedAt || before is null)
            return next;
        var same = (before.Milligrams, before.MilliwattHours, before.BookedMilligrams, before.BookedMilliwattHours)
            == (next.Milligrams, next.MilliwattHours, next.BookedMilligrams, next.BookedMilliwattHours);
        return next with { ChangedAt = same ? before.ChangedAt : now };
    }

    private static CarbonHold Of(BudgetHold hold, bool withNamespace) => new()
    {
        RunUid = hold.RunUid,
        RunName = hold.RunName[(hold.RunName.IndexOf('/', StringComparison.Ordinal) + 1)..],
        RunNamespace = withNamespace ? hold.RunName.Split('/')[0] : null,
        Milligrams = hold.Reserved.Emissions.Milligrams,
        MilliwattHours = hold.Reserved.Energy.MilliwattHours,
        ReservedAt = hold.ReservedAt,
        BookedMilligrams = hold.Booked == BudgetAmount.Zero ? null : hold.Booked.Emissions.Milligrams,
        BookedMilliwattHours = hold.Booked == BudgetAmount.Zero ? null : hold.Booked.Energy.MilliwattHours,
        RefusedMilligrams = hold.Refused?.Emissions.Milligrams,
        RefusedMilliwattHours = hold.Refused?.Energy.MilliwattHours,
        OverrideUid = hold.OverrideUid,
        OverrideMilligrams = hold.OverrideUid is null ? null : hold.Overridden.Emissions.Milligrams,
        OverrideMilliwattHours = hold.OverrideUid is null ? null : hold.Overridden.Energy.MilliwattHours,
    };
}
