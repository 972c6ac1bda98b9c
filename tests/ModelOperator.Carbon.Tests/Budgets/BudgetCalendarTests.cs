using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using ModelOperator.Carbon.Budgets;

namespace ModelOperator.Carbon.Tests.Budgets;

public class BudgetCalendarTests
{
    private static readonly string[] Zones =
    [
        "UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "America/Sao_Paulo", "America/Havana",
        "Asia/Beirut", "Pacific/Apia", "America/St_Johns", "Africa/Cairo",
    ];

    private static DateTimeOffset Utc(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static BudgetCalendar Calendar(BudgetPeriod period, string? zone)
    {
        Assert.True(BudgetCalendar.TryCreate(period, zone, out var calendar, out var error), $"these tests need tzdata: {error}");
        return calendar;
    }

    [Theory]
    [InlineData(BudgetPeriod.Month, "UTC", "2026-03-15T12:00Z", "2026-03-01T00:00Z", "2026-04-01T00:00Z")]
    [InlineData(BudgetPeriod.Month, null, "2026-12-31T23:59:59Z", "2026-12-01T00:00Z", "2027-01-01T00:00Z")]
    [InlineData(BudgetPeriod.Month, "UTC", "2028-02-29T00:00Z", "2028-02-01T00:00Z", "2028-03-01T00:00Z")]
    [InlineData(BudgetPeriod.Month, "UTC", "2026-04-01T00:00Z", "2026-04-01T00:00Z", "2026-05-01T00:00Z")] // the edge belongs to the new window
    [InlineData(BudgetPeriod.Month, "Europe/Berlin", "2026-03-31T22:30Z", "2026-03-31T22:00Z", "2026-04-30T22:00Z")] // summer time at both ends
    [InlineData(BudgetPeriod.Month, "Europe/Berlin", "2026-03-15T00:00Z", "2026-02-28T23:00Z", "2026-03-31T22:00Z")] // 743 hours
    [InlineData(BudgetPeriod.Month, "Asia/Kolkata", "2026-03-31T18:30Z", "2026-03-31T18:30Z", "2026-04-30T18:30Z")]
    [InlineData(BudgetPeriod.Week, "UTC", "2026-03-01T12:00Z", "2026-02-23T00:00Z", "2026-03-02T00:00Z")] // a Sunday ends its week
    [InlineData(BudgetPeriod.Week, "UTC", "2026-03-02T00:00Z", "2026-03-02T00:00Z", "2026-03-09T00:00Z")] // Monday begins it
    [InlineData(BudgetPeriod.Week, "America/New_York", "2026-03-08T12:00Z", "2026-03-02T05:00Z", "2026-03-09T04:00Z")] // 167 hours
    [InlineData(BudgetPeriod.Day, "Europe/Berlin", "2026-03-29T12:00Z", "2026-03-28T23:00Z", "2026-03-29T22:00Z")] // 23 hours
    [InlineData(BudgetPeriod.Day, "Europe/Berlin", "2026-10-25T12:00Z", "2026-10-24T22:00Z", "2026-10-25T23:00Z")] // 25 hours
    [InlineData(BudgetPeriod.Day, "America/Sao_Paulo", "2018-11-04T12:00Z", "2018-11-04T03:00Z", "2018-11-05T02:00Z")] // midnight skipped
    [InlineData(BudgetPeriod.Day, "America/Sao_Paulo", "2018-11-04T02:59:59Z", "2018-11-03T03:00Z", "2018-11-04T03:00Z")]
    [InlineData(BudgetPeriod.Day, "America/Havana", "2026-11-01T12:00Z", "2026-11-01T04:00Z", "2026-11-02T05:00Z")] // midnight twice
    [InlineData(BudgetPeriod.Day, "America/Havana", "2026-11-01T05:30Z", "2026-11-01T04:00Z", "2026-11-02T05:00Z")]
    [InlineData(BudgetPeriod.Day, "Pacific/Apia", "2011-12-30T12:00Z", "2011-12-30T10:00Z", "2011-12-31T10:00Z")] // 30 December did not exist
    [InlineData(BudgetPeriod.Day, "America/St_Johns", "2009-11-01T03:00Z", "2009-11-01T02:30Z", "2009-11-02T03:30Z")] // back at 00:01 to 23:01
    public void Windows_begin_at_local_midnight(BudgetPeriod period, string? zone, string at, string start, string end) =>
        Assert.Equal(new BudgetWindow(Utc(start), Utc(end)), Calendar(period, zone).WindowAt(Utc(at)));

    [Fact]
    public void Every_instant_lies_in_its_window_and_windows_meet() =>
        Prop.ForAll(ArbMap.Default.ArbFor<uint>(), ArbMap.Default.ArbFor<byte>(), ArbMap.Default.ArbFor<byte>(), (hours, zone, which) =>
        {
            var period = (BudgetPeriod)(which % 3);
            var calendar = Calendar(period, Zones[zone % Zones.Length]);
            var at = Utc("1995-01-01T00:00Z").AddMinutes(hours % 21_000_000);
            var window = calendar.WindowAt(at);
            var next = calendar.WindowAt(window.End);
            return window.Contains(at)
                && window.Start < window.End
                && calendar.WindowAt(window.Start) == window
                && calendar.WindowAt(window.End.AddTicks(-1)) == window
                && next.Start == window.End
                && calendar.WindowAt(at.ToOffset(TimeSpan.FromHours(9))) == window;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void A_budget_per_run_never_resets()
    {
        var window = Calendar(BudgetPeriod.PerRun, "Europe/Berlin").WindowAt(Utc("2026-03-01T00:00Z"));
        Assert.Equal(BudgetWindow.Always, window);
        Assert.False(window.Resets);
        Assert.True(window.Contains(Utc("1990-01-01T00:00Z")));
    }

    [Fact]
    public void An_unknown_zone_is_named_and_utc_stands_in()
    {
        Assert.False(BudgetCalendar.TryCreate(BudgetPeriod.Day, "Mars/Olympus", out var calendar, out var error));
        Assert.Contains("'Mars/Olympus'", error, StringComparison.Ordinal);
        Assert.Equal(TimeZoneInfo.Utc, calendar.Zone);
        Assert.Equal(BudgetPeriod.Day, calendar.Period);
    }

    [Fact]
    public void A_window_prints_its_edges()
    {
        var window = BudgetCalendar.In(BudgetPeriod.Month, TimeZoneInfo.Utc).WindowAt(Utc("2026-03-05T00:00Z"));
        Assert.Equal("[2026-03-01T00:00:00Z, 2026-04-01T00:00:00Z)", window.ToString());
        Assert.True(window.Resets);
    }
}
