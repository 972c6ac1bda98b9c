using System.Collections.Immutable;

namespace ModelOperator.Carbon.Budgets;

/// <summary>
/// The account of one budget in one window: what is settled, what is held for runs, what came from the window before. Immutable; every
/// operation returns the ledger afterwards, and the same object when nothing changed, so that a caller writes only when there is news.
/// Whole integers, so that equality at the limit is exact.
/// </summary>
public sealed partial record BudgetLedger
{
    /// <summary>Most units (mg or mWh) of one request: 10^15, which is a million tonnes or a terawatt-hour.</summary>
    public const long MaxUnits = 1_000_000_000_000_000;

    internal const string DefaultKind = "CarbonBudget";

    private BudgetAmount? known;

    /// <summary>Name of the budget, unique among all: namespace/name, or the name alone of one over many namespaces.</summary>
    public required string Name { get; init; }

    /// <summary>Kind of the budget, for messages.</summary>
    public string Kind { get; init; } = DefaultKind;

    /// <summary>The current window; <see cref="BudgetWindow.Always"/> for a budget per run, or over a window that moves with the time.</summary>
    public required BudgetWindow Window { get; init; }

    /// <summary>The limits of a window.</summary>
    public required BudgetLimits Limits { get; init; }

    /// <summary>True when each run is judged by itself (<see cref="BudgetPeriod.PerRun"/>).</summary>
    public bool PerRun { get; init; }

    /// <summary>When it was settled, where the window moves with the time; null where windows follow each other. Its sums are a part of <see cref="Settled"/>.</summary>
    public RollingSums? Rolling { get; init; }

    /// <summary>What happens to a run that does not fit.</summary>
    public BudgetEnforcement Enforcement { get; init; }

    /// <summary>What passes into the next window.</summary>
    public CarryOver CarryOver { get; init; } = CarryOver.Default;

    /// <summary>Booked in this window.</summary>
    public BudgetAmount Settled { get; init; }

    /// <summary>From earlier windows: unused when positive, debt when negative.</summary>
    public BudgetAmount Carry { get; init; }

    /// <summary>What is held, by run UID.</summary>
    public ImmutableSortedDictionary<string, BudgetHold> Holds
    {
        get;
        init
        {
            field = value;
            known = null;
        }
    } = ImmutableSortedDictionary.Create<string, BudgetHold>(StringComparer.Ordinal);

    /// <summary>The sum of all holds.</summary>
    public BudgetAmount Reserved => known ??= Sum(Holds);

    /// <summary>What is left of the emissions limit: limit + carry - settled - reserved; null without a limit.</summary>
    public Emissions? AvailableEmissions => Limits.Emissions is not { } limit ? null
        : PerRun ? limit : limit + Carry.Emissions - Settled.Emissions - Reserved.Emissions;

    /// <summary>What is left of the energy limit: limit + carry - settled - reserved; null without a limit.</summary>
    public Energy? AvailableEnergy => Limits.Energy is not { } limit ? null
        : PerRun ? limit : limit + Carry.Energy - Settled.Energy - Reserved.Energy;

    /// <summary>A new, empty account in the window that holds an instant.</summary>
    public static BudgetLedger Open(string name, BudgetCalendar calendar, BudgetLimits limits, DateTimeOffset now) => new()
    {
        Name = name,
        Window = calendar.WindowAt(now),
        Limits = limits,
        PerRun = calendar.Period == BudgetPeriod.PerRun,
        Rolling = calendar.Length is { } length ? RollingSums.Of(length, now, []) : null,
    };

    /// <summary>Why an amount does not fit now, or null when it does. Equality fits. Changes nothing: for admission and dry runs.</summary>
    public BudgetShortfall? Check(BudgetAmount amount) => Check(amount, AvailableEmissions, AvailableEnergy);

    /// <summary>
    /// Holds an amount for a run if it fits. Idempotent by UID: a run that holds something keeps its first amount. A budget that only warns
    /// or audits holds it even when it does not fit; others hold what exceeds the limit by no more than an override allows.
    /// </summary>
    /// <exception cref="ArgumentException">No UID, or a negative amount.</exception>
    public LedgerChange TryReserve(string runUid, string runName, BudgetAmount amount, DateTimeOffset now, BudgetAllowance? allowance = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(runUid);
        ThrowIfNegative(amount);
        if (Holds.ContainsKey(runUid))
            return new(this, ReserveStatus.AlreadyHeld);
        var shortfall = Check(amount);
        var hold = new BudgetHold(runUid, runName, amount, now);
        if (shortfall is not null && Overridden(hold, amount, amount, allowance) is { } overridden)
            (hold, shortfall) = (overridden, null);
        if (shortfall is not null && (Blocks || IsTooLarge(amount)))
            return new(this, ReserveStatus.Refused, shortfall);
        // With the sum: a thousand reservations in one pass must not add up a thousand holds each.
        var held = this with { Holds = Holds.Add(runUid, hold), KnownReserved = Reserved + amount };
        return new(held, shortfall is null ? ReserveStatus.Held : ReserveStatus.HeldOverLimit, shortfall);
    }

    /// <summary>
    /// Grows the hold of a running run to max(held, projected, measured) if the growth fits. When it does not, the hold still grows to
    /// what is measured, because burnt energy is a fact, and remembers what was refused; the shortfall says what the projection lacks. All
    /// amounts are sums over the run's life, what is booked included. A UID without a hold changes nothing.
    /// </summary>
    /// <exception cref="ArgumentException">A negative amount.</exception>
    public LedgerChange Commit(string runUid, BudgetAmount projected, BudgetAmount measured, BudgetAllowance? allowance = null)
    {
        ThrowIfNegative(projected);
        ThrowIfNegative(measured);
        if (!Holds.TryGetValue(runUid, out var hold))
            return new(this, ReserveStatus.Refused);
        var facts = BudgetAmount.Max(hold.Total, measured);
        var wanted = BudgetAmount.Max(facts, projected);
        if (wanted == hold.Total)
            return new(With(hold with { Refused = null }), ReserveStatus.AlreadyHeld);
        var shortfall = CheckGrowth(hold.Total, wanted);
        if (shortfall is null)
            return new(With(Grown(wanted)), ReserveStatus.Held);
        if (Overridden(hold, wanted, PerRun ? wanted : wanted - hold.Total, allowance) is { } overridden)
            return new(With(overridden), ReserveStatus.Held);
        if (!Blocks && !IsTooLarge(wanted))
            return new(With(Grown(wanted)), ReserveStatus.HeldOverLimit, shortfall);
        return new(With(Grown(facts) with { Refused = projected }), ReserveStatus.Refused, shortfall);

        BudgetHold Grown(BudgetAmount total) => hold with { Reserved = total - hold.Booked, Refused = null };
    }

    /// <summary>
    /// Books what a run has burnt so far in this window, out of what is reserved for it. Of what was booked before, nothing is booked again;
    /// nothing is ever refunded. A UID without a hold changes nothing.
    /// </summary>
    /// <param name="runUid">UID of the run.</param>
    /// <param name="measured">The sum over its life.</param>
    /// <exception cref="ArgumentException">A negative amount.</exception>
    public BudgetLedger Book(string runUid, BudgetAmount measured)
    {
        ThrowIfNegative(measured);
        if (!Holds.TryGetValue(runUid, out var hold) || measured.Less(hold.Booked) is var burnt && burnt == BudgetAmount.Zero)
            return this;
        return With(hold with { Booked = hold.Booked + burnt, Reserved = hold.Reserved.Less(burnt) }).Add(burnt, runs: 0);
    }

    /// <summary>
    /// Ends a run's hold and books what it used and is not booked yet, in one step. A UID without a hold changes nothing, so a repeated call
    /// books once.
    /// </summary>
    /// <param name="runUid">UID of the run.</param>
    /// <param name="measured">The sum over its life.</param>
    /// <exception cref="ArgumentException">A negative amount.</exception>
    /// <exception cref="OverflowException">The sum is beyond the ledger's integers.</exception>
    public BudgetLedger Settle(string runUid, BudgetAmount measured)
    {
        ThrowIfNegative(measured);
        return Holds.TryGetValue(runUid, out var hold)
            ? (this with { Holds = Holds.Remove(runUid), KnownReserved = Reserved - hold.Reserved }).Add(measured.Less(hold.Booked), runs: 1)
            : this;
    }

    /// <summary>Ends the hold of a run that has burnt nothing. A UID without a hold changes nothing.</summary>
    public BudgetLedger Release(string runUid) => Holds.ContainsKey(runUid) ? this with { Holds = Holds.Remove(runUid) } : this;

    /// <summary>Shrinks the hold of a paused run to what it has burnt and is not booked; it must <see cref="Commit"/> again before it resumes.</summary>
    /// <exception cref="ArgumentException">A negative amount.</exception>
    public BudgetLedger ReleaseUnused(string runUid, BudgetAmount measured)
    {
        ThrowIfNegative(measured);
        if (!Holds.TryGetValue(runUid, out var hold))
            return this;
        var overridden = hold.OverriddenAt(measured);
        return With(hold with
        {
            Reserved = measured.Less(hold.Booked),
            Overridden = overridden,
            OverrideUid = overridden == BudgetAmount.Zero ? null : hold.OverrideUid,
        });
    }

    /// <summary>Holds that no live run owns and that are older than a grace time (the run may not be visible yet).</summary>
    public IReadOnlyList<BudgetHold> Orphans(IReadOnlySet<string> liveRunUids, DateTimeOffset now, TimeSpan grace) =>
        [.. Holds.Values.Where(h => !liveRunUids.Contains(h.RunUid) && now - h.ReservedAt >= grace)];

    /// <summary>
    /// Ends an orphan's hold, booking what is known to have been burnt (zero when the run never started; the reservation when nothing is
    /// known and the budget shall not be undercut).
    /// </summary>
    public BudgetLedger DropOrphan(string runUid, BudgetAmount burnt) => Settle(runUid, burnt);

    private BudgetLedger Add(BudgetAmount settled, long runs) => this with { Settled = Settled + settled, Rolling = Rolling?.Add(settled, runs) };

    private bool Blocks => Enforcement is BudgetEnforcement.Queue or BudgetEnforcement.Deny;

    /// <summary>
    /// The hold of a run that an override lets beyond the limit, or null when it does not reach. Only what exceeds what is left counts; what others
    /// have overdrawn is not the override's to cover.
    /// </summary>
    private BudgetHold? Overridden(BudgetHold hold, BudgetAmount total, BudgetAmount growth, BudgetAllowance? allowance)
    {
        if (allowance is null || !Blocks || IsTooLarge(total))
            return null;
        var left = new BudgetAmount(AvailableEmissions ?? growth.Emissions, AvailableEnergy ?? growth.Energy);
        var beyond = growth.Less(BudgetAmount.Max(left, BudgetAmount.Zero)) + (PerRun ? BudgetAmount.Zero : hold.Overridden);
        return !allowance.Extra.Covers(beyond) ? null
            : hold with { Reserved = total - hold.Booked, Refused = null, Overridden = beyond, OverrideUid = allowance.Uid };
    }

    private BudgetShortfall? CheckGrowth(BudgetAmount from, BudgetAmount to) => PerRun ? Check(to) : Check(to - from);

    private BudgetShortfall? Check(BudgetAmount amount, Emissions? emissionsLeft, Energy? energyLeft)
    {
        if (Fits(amount, emissionsLeft, energyLeft) && !IsTooLarge(amount))
            return null;
        var never = IsTooLarge(amount)
            || (Limits.Emissions is { } grams && amount.Emissions > grams + Emissions.Max(Carry.Emissions, Emissions.Zero))
            || (Limits.Energy is { } kilowattHours && amount.Energy > kilowattHours + Energy.Max(Carry.Energy, Energy.Zero));
        var room = Rolling is null ? Window.Resets ? Window.End : (DateTimeOffset?)null : Rolling.FallsTo(less => Fits(amount, emissionsLeft + less.Emissions, energyLeft + less.Energy));
        return new(Name, amount, Limits, emissionsLeft, energyLeft, never, room) { Kind = Kind, Rolling = Rolling?.Length };
    }

    /// <summary>What is not asked for is not refused: a dimension in debt stops only those who need it.</summary>
    private static bool Fits(BudgetAmount amount, Emissions? emissionsLeft, Energy? energyLeft) =>
        !(amount.Emissions > Emissions.Zero && amount.Emissions > emissionsLeft) && !(amount.Energy > Energy.Zero && amount.Energy > energyLeft);

    private BudgetLedger With(BudgetHold hold) =>
        Holds[hold.RunUid] == hold ? this : this with { Holds = Holds.SetItem(hold.RunUid, hold) };

    /// <summary>Set after <see cref="Holds"/>, by whoever knows the sum already.</summary>
    private BudgetAmount KnownReserved
    {
        init => known = value;
    }

    private static BudgetAmount Sum(ImmutableSortedDictionary<string, BudgetHold> holds)
    {
        var sum = BudgetAmount.Zero;
        foreach (var (_, hold) in holds)
            sum += hold.Reserved;
        return sum;
    }

    private static bool IsTooLarge(BudgetAmount amount) => amount.Emissions.Milligrams > MaxUnits || amount.Energy.MilliwattHours > MaxUnits;

    private static void ThrowIfNegative(BudgetAmount amount)
    {
        if (amount.IsNegative)
            throw new ArgumentException($"an amount is never negative: {amount}", nameof(amount));
    }
}
