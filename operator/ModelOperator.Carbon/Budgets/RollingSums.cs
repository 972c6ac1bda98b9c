using System.Collections.Immutable;

namespace ModelOperator.Carbon.Budgets;

/// <summary>
/// What was settled when, for a window that moves with the time: sums of whole hours where the window is a week long at most, else of whole days, UTC. A sum counts until its end is
/// older than the length, so that every amount counts for the length at least, and for an hour or a day more at most. Immutable; the same object when nothing changed.
/// </summary>
public sealed record RollingSums
{
    /// <summary>Longest window with hourly sums. Of either kind there are never more than 367.</summary>
    public static readonly TimeSpan LongestOfHours = TimeSpan.FromDays(7);

    private RollingSums(TimeSpan length, DateTimeOffset current, ImmutableArray<RollingSum> sums) => (Length, Current, Sums) = (length, current, sums);

    /// <summary>How long what was settled counts.</summary>
    public TimeSpan Length { get; }

    /// <summary>End of the sum that takes what is settled now.</summary>
    public DateTimeOffset Current { get; }

    /// <summary>The sums in order of time.</summary>
    public ImmutableArray<RollingSum> Sums { get; }

    /// <summary>All that counts.</summary>
    public BudgetAmount Total => Sums.Aggregate(BudgetAmount.Zero, static (all, s) => all + s.Amount);

    /// <summary>Runs that were settled in the window.</summary>
    public long Runs => Sums.Sum(static s => s.Runs);

    /// <summary>When the next sum stops counting; null without any.</summary>
    public DateTimeOffset? NextFall => Sums.IsEmpty ? null : Sums[0].Until + Length;

    /// <summary>A length for people.</summary>
    public static string Text(TimeSpan length) => length.Days == 1 ? "a day" : $"{length.Days} days";

    /// <summary>The account at a time of what was settled before.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A length that is not above zero.</exception>
    public static RollingSums Of(TimeSpan length, DateTimeOffset now, IEnumerable<RollingSum> sums)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(length, TimeSpan.Zero);
        return new RollingSums(length, EndOf(length, now), [.. sums]).Aligned(now);
    }

    /// <summary>Sums as they were stored, before <see cref="At"/> says how long they count.</summary>
    public static RollingSums AsStored(IEnumerable<RollingSum> sums) => new(TimeSpan.MaxValue, DateTimeOffset.MinValue, [.. sums]);

    /// <summary>With what is settled now.</summary>
    public RollingSums Add(BudgetAmount amount, long runs)
    {
        // A clock that was set back adds to an earlier sum.
        var at = Sums.TakeWhile(s => s.Until < Current).Count();
        return new(Length, Current, at < Sums.Length && Sums[at].Until == Current
            ? Sums.SetItem(at, Sums[at] with { Amount = Sums[at].Amount + amount, Runs = Sums[at].Runs + runs })
            : Sums.Insert(at, new(Current, amount, runs)));
    }

    /// <summary>The account at a later time, or with another length: without what is older than that. Longer sums take shorter ones in.</summary>
    public RollingSums At(TimeSpan length, DateTimeOffset now) =>
        length == Length && EndOf(length, now) == Current && !(NextFall <= now) ? this : Of(length, now, Sums);

    /// <summary>When enough has stopped counting, if nothing else is settled; null when that is never so.</summary>
    /// <param name="enough">Whether so much less is enough.</param>
    public DateTimeOffset? FallsTo(Func<BudgetAmount, bool> enough)
    {
        var fallen = BudgetAmount.Zero;
        foreach (var sum in Sums)
        {
            fallen += sum.Amount;
            if (enough(fallen))
                return sum.Until + Length;
        }

        return null;
    }

    /// <summary>What may have been settled at or after a time.</summary>
    public BudgetAmount Since(DateTimeOffset start) => Sums.Where(s => s.Until > start).Aggregate(BudgetAmount.Zero, static (all, s) => all + s.Amount);

    /// <summary>End of the hour or day that holds an instant.</summary>
    internal static DateTimeOffset EndOf(TimeSpan length, DateTimeOffset at)
    {
        var step = length <= LongestOfHours ? TimeSpan.TicksPerHour : TimeSpan.TicksPerDay;
        return new DateTimeOffset(at.UtcTicks - (at.UtcTicks % step), TimeSpan.Zero).AddTicks(step);
    }

    private RollingSums Aligned(DateTimeOffset now) => new(Length, Current,
    [
        .. Sums.GroupBy(s => EndOf(Length, s.Until.AddTicks(-1)))
            .Where(g => g.Key + Length > now)
            .OrderBy(static g => g.Key)
            .Select(static g => new RollingSum(g.Key, g.Aggregate(BudgetAmount.Zero, static (all, s) => all + s.Amount), g.Sum(static s => s.Runs))),
    ]);
}
