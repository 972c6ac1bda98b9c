using System.Diagnostics.CodeAnalysis;

namespace ModelOperator.Carbon.Budgets;

/// <summary>
/// Windows of one period in one time zone. Windows start at local midnight; where the clocks skip it, at the first instant of that day;
/// where it comes twice, at the first one. Consecutive windows meet exactly, so every instant lies in one window.
/// </summary>
public sealed record BudgetCalendar
{
    private const int LongestSkipHours = 25;

    private BudgetCalendar(BudgetPeriod period, TimeZoneInfo zone)
    {
        Period = period;
        Zone = zone;
    }

    /// <summary>How often the budget begins again.</summary>
    public BudgetPeriod Period { get; }

    /// <summary>The zone whose midnight counts.</summary>
    public TimeZoneInfo Zone { get; }

    /// <summary>How long what was settled counts, for <see cref="BudgetPeriod.Rolling"/>; null for windows that follow each other.</summary>
    public TimeSpan? Length { get; private init; }

    /// <summary>A window of a length that moves with the time.</summary>
    public static BudgetCalendar Rolling(TimeSpan length) => new(BudgetPeriod.Rolling, TimeZoneInfo.Utc) { Length = length };

    /// <summary>
    /// The calendar of a period in an IANA zone; null or empty means UTC. False when the system does not know the zone: then the calendar
    /// is in UTC and <paramref name="error"/> names the zone.
    /// </summary>
    public static bool TryCreate(
        BudgetPeriod period, string? timeZone, out BudgetCalendar calendar, [NotNullWhen(false)] out string? error)
    {
        error = null;
        if (string.IsNullOrWhiteSpace(timeZone))
        {
            calendar = new(period, TimeZoneInfo.Utc);
            return true;
        }

        if (TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out var zone))
        {
            calendar = new(period, zone);
            return true;
        }

        calendar = new(period, TimeZoneInfo.Utc);
        error = $"time zone '{timeZone}' is not known here; UTC is used instead. Use an IANA name such as Europe/Berlin, and an image with tzdata.";
        return false;
    }

    /// <summary>The calendar in a given zone.</summary>
    public static BudgetCalendar In(BudgetPeriod period, TimeZoneInfo zone) => new(period, zone);

    /// <summary>The window that holds an instant.</summary>
    public BudgetWindow WindowAt(DateTimeOffset at)
    {
        if (Period is BudgetPeriod.PerRun or BudgetPeriod.Rolling)
            return BudgetWindow.Always;
        var first = FirstDay(DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, Zone).DateTime));
        var window = new BudgetWindow(StartOf(first), StartOf(Next(first)));

        // After clocks are set back across midnight they show yesterday again, but the new window has begun: instants decide, not dates.
        while (at >= window.End)
        {
            first = Next(first);
            window = new(window.End, StartOf(Next(first)));
        }

        return window;
    }

    private DateOnly FirstDay(DateOnly day) => Period switch
    {
        BudgetPeriod.Month => new(day.Year, day.Month, 1),
        BudgetPeriod.Week => day.AddDays(-(((int)day.DayOfWeek + 6) % 7)),
        _ => day,
    };

    private DateOnly Next(DateOnly first) => Period switch
    {
        BudgetPeriod.Month => first.AddMonths(1),
        BudgetPeriod.Week => first.AddDays(7),
        _ => first.AddDays(1),
    };

    private DateTimeOffset StartOf(DateOnly day)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Unspecified);
        if (Zone.IsInvalidTime(midnight))
            return FirstInstantAtOrAfter(midnight);
        var offset = Zone.IsAmbiguousTime(midnight) ? Zone.GetAmbiguousTimeOffsets(midnight).Max() : Zone.GetUtcOffset(midnight);
        return new DateTimeOffset(midnight, offset).ToUniversalTime();
    }

    // The clocks skip this midnight: search the instant at which they pass it.
    private DateTimeOffset FirstInstantAtOrAfter(DateTime local)
    {
        var guess = new DateTimeOffset(local, TimeSpan.Zero) - Zone.BaseUtcOffset;
        var before = guess.AddHours(-LongestSkipHours).UtcTicks;
        var after = guess.AddHours(LongestSkipHours).UtcTicks;
        while (after - before > 1)
        {
            var middle = before + ((after - before) / 2);
            if (TimeZoneInfo.ConvertTime(new DateTimeOffset(middle, TimeSpan.Zero), Zone).DateTime >= local)
                after = middle;
            else
                before = middle;
        }

        return new(after, TimeSpan.Zero);
    }
}
