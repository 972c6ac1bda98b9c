using Microsoft.Extensions.Logging.Abstractions;
using ModelOperator.Carbon.Grid;
using ModelOperator.Fakes;
using ModelOperator.GridSources;
using ModelOperator.Tests.Registry;

namespace ModelOperator.Tests.GridSources;

public sealed class GridIntensityCacheTests
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));
    private readonly ToyGridSource first = new("electricitymaps");
    private readonly ToyGridSource second = new("file");

    [Fact]
    public async Task A_zone_is_looked_at_when_it_is_first_asked_for_and_kept_from_then_on()
    {
        first.Answers.Enqueue(first.Hours(time, -2, 3, 100));
        var cache = Cache();
        Assert.Equal("100", Now(await cache.FindAsync("DEU", default)));
        Assert.Equal("100", Now(await cache.FindAsync("DEU", default)));
        Assert.Equal(1, first.Asked);
        first.Answers.Enqueue(first.Hours(time, -2, 3, 90));
        await cache.RefreshAsync(default);
        Assert.Equal("90", Now(cache.Find("DEU")));
        // What the first source brings is enough; the second was never asked.
        Assert.Equal(0, second.Asked);
    }

    [Fact]
    public async Task The_next_source_is_asked_for_what_the_one_before_it_lacks()
    {
        first.Answers.Enqueue(GridAnswer.Failed("away"));
        second.Answers.Enqueue(second.Hours(time, -2, 3, 55));
        Assert.Equal("55", Now(await Cache().FindAsync("DEU", default)));
        Assert.Equal((1, 1), (first.Asked, second.Asked));
    }

    [Fact]
    public async Task An_outage_keeps_what_is_known_and_it_grows_stale()
    {
        first.Answers.Enqueue(first.Hours(time, -2, 2, 100));
        var cache = Cache();
        await cache.FindAsync("DEU", default);
        time.Advance(TimeSpan.FromHours(3));
        await cache.RefreshAsync(default);
        var zone = YearlyIntensity.Of("DEU", cache.Find("DEU"));
        Assert.Equal((IntensityQuality.Stale, 100m), (zone.At(time.GetUtcNow())!.Value.Quality, zone.At(time.GetUtcNow())!.Value.Intensity.GramsPerKilowattHour));
        Assert.Equal(IntensityQuality.Yearly, zone.At(time.GetUtcNow().AddHours(6))!.Value.Quality);
    }

    [Fact]
    public async Task A_source_that_asks_to_be_left_alone_is_left_alone_for_that_time()
    {
        first.Answers.Enqueue(GridAnswer.Failed("too many requests", TimeSpan.FromMinutes(10)));
        var cache = Cache();
        await cache.FindAsync("DEU", default);
        time.Advance(TimeSpan.FromMinutes(9));
        await cache.RefreshAsync(default);
        Assert.Equal(1, first.Asked);
        time.Advance(TimeSpan.FromMinutes(1));
        await cache.RefreshAsync(default);
        Assert.Equal(2, first.Asked);
    }

    [Fact]
    public async Task Many_who_ask_at_once_for_a_new_zone_cause_one_look()
    {
        first.Answers.Enqueue(first.Hours(time, -2, 3, 100));
        var cache = Cache();
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => cache.FindAsync("DEU", default)))), t => Assert.Equal("100", Now(t)));
        Assert.Equal(1, first.Asked);
    }

    [Fact]
    public async Task Zones_that_nobody_asks_for_any_more_are_forgotten_and_their_number_is_bounded()
    {
        var cache = Cache();
        foreach (var i in Enumerable.Range(0, 200))
            await cache.FindAsync("zone-" + i, default);
        Assert.Equal(100, cache.Zones.Count);
        time.Advance(TimeSpan.FromDays(3));
        await cache.RefreshAsync(default);
        Assert.Empty(cache.Zones);
    }

    [Fact]
    public async Task A_source_that_throws_ends_its_own_look_only()
    {
        first.Throws = true;
        second.Answers.Enqueue(second.Hours(time, -2, 3, 55));
        Assert.Equal("55", Now(await Cache().FindAsync("DEU", default)));
    }

    [Fact]
    public async Task Zones_have_the_names_that_each_source_gives_them()
    {
        await Cache(new() { Chain = ["electricitymaps", "file"], ZoneNames = new Dictionary<string, string> { ["electricitymaps DEU"] = "DE" } }).FindAsync("DEU", default);
        Assert.Equal(("DE", "DEU"), (first.Zone, second.Zone));
    }

    [Fact]
    public async Task Tokens_are_in_no_log_line_and_no_text_of_the_settings()
    {
        await using var api = await GridApi.StartAsync();
        api.Then(401).Then(500).Then(500).Then(500);
        using var http = new HttpClient();
        var settings = new Dictionary<string, string>
        {
            ["MODELOP_INTENSITY_SOURCES"] = "electricitymaps,watttime",
            ["MODELOP_ELECTRICITYMAPS_TOKEN"] = "top-secret-token",
            ["MODELOP_WATTTIME_USERNAME"] = "freddo",
            ["MODELOP_WATTTIME_PASSWORD"] = "the-frog-secret",
        };
        var options = ModelOperator.Hosting.OperatorOptionsReader.Read(settings.GetValueOrDefault);
        var log = new TextLogger<GridKnowledge>();
        using var metrics = new GridSourceMetrics(time);
        using var session = new WattTimeSession(GridApi.Http(http), api.Url, options.Grid.WattTimeUser!, options.Grid.WattTimePassword!, TimeProvider.System);
        var cache = new GridIntensityCache<AverageSignal>(
            [new ElectricityMapsSource(GridApi.Http(http), api.Url, options.Grid.ElectricityMapsToken!), new WattTimeSource<AverageSignal>(session, api.Url)], options.Grid, metrics, TimeProvider.System, log);
        await cache.FindAsync("DEU", default);
        Assert.Contains(api.Requests, r => r.Contains("top-secret-token", StringComparison.Ordinal));
        Assert.NotEmpty(log.Lines);
        Assert.All(log.Lines.Append(options.ToString()), line => Assert.DoesNotContain("secret", line, StringComparison.OrdinalIgnoreCase));
    }

    private GridIntensityCache<AverageSignal> Cache(GridSourceOptions? options = null) =>
        new([first, second], options ?? new() { Chain = ["electricitymaps", "file"] }, new GridSourceMetrics(time), time, NullLogger.Instance);

    private string Now(GridTimeline<AverageSignal> timeline) => FormattableString.Invariant($"{YearlyIntensity.Of("DEU", timeline).At(time.GetUtcNow())!.Value.Intensity.GramsPerKilowattHour:0.###}");
}
