namespace ModelOperator.Carbon.Budgets;

/// <content>From window to window.</content>
public sealed partial record BudgetLedger
{
    /// <summary>
    /// Moves on to the window that holds an instant. Debt and unused amounts carry window by window; holds stay, and are booked in the window
    /// in which they settle. A changed period or zone takes the new window and keeps what is booked; a clock set back changes nothing. A window that moves with the time
    /// loses what is older than its length, and carries nothing.
    /// </summary>
    public BudgetLedger RollWindow(BudgetCalendar calendar, DateTimeOffset now)
    {
        if (calendar.Length is { } length)
            return MoveOn(length, now);
        var target = calendar.WindowAt(now);
        var perRun = calendar.Period == BudgetPeriod.PerRun;
        if (Rolling is not null)
            return this with { Window = target, PerRun = perRun, Rolling = null, Settled = Rolling.Since(target.Start) };
        if ((Window == target && PerRun == perRun) || now < Window.Start)
            return this;
        if (Window.Contains(now))
            return this with { Window = target, PerRun = perRun };
        var ledger = this;
        while (!ledger.Window.Contains(now))
        {
            var next = ledger with { Window = calendar.WindowAt(ledger.Window.End), Carry = ledger.NextCarry(), Settled = BudgetAmount.Zero };
            var steady = next.Carry == ledger.Carry && ledger.Settled == BudgetAmount.Zero;
            ledger = steady ? next with { Window = target } : next;
        }

        return ledger with { Window = target, PerRun = perRun };
    }

    private BudgetLedger MoveOn(TimeSpan length, DateTimeOffset now)
    {
        if (Rolling is null)
        {
            // It was settled by the end of the window at the latest; a debt counts like what was settled.
            var settled = Settled + BudgetAmount.Zero.Less(Carry);
            var before = RollingSums.Of(length, Window.End < now ? Window.End : now, []);
            var opened = this with { Window = BudgetWindow.Always, PerRun = false, Carry = BudgetAmount.Zero, Settled = settled };
            return (opened with { Rolling = settled == BudgetAmount.Zero ? before : before.Add(settled, runs: 0) }).MoveOn(length, now);
        }

        var next = Rolling.At(length, now);
        return ReferenceEquals(next, Rolling) ? this : this with { Rolling = next, Settled = Settled - (Rolling.Total - next.Total) };
    }

    private BudgetAmount NextCarry() => PerRun ? BudgetAmount.Zero : new(
        new(CarryOver.Next(Limits.Emissions?.Milligrams, Carry.Emissions.Milligrams, Settled.Emissions.Milligrams)),
        new(CarryOver.Next(Limits.Energy?.MilliwattHours, Carry.Energy.MilliwattHours, Settled.Energy.MilliwattHours)));
}
