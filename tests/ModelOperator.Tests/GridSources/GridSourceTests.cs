using ModelOperator.Carbon.Grid;
using ModelOperator.Fakes;
using ModelOperator.GridSources;
using ModelOperator.Tests.Artifacts;

namespace ModelOperator.Tests.GridSources;

/// <summary>The sources against a real HTTP server.</summary>
public sealed class GridSourceTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 1, 0, TimeSpan.Zero);

    [Fact]
    public async Task Electricity_Maps_gives_past_older_days_and_forecast_with_its_token_in_its_header()
    {
        await using var api = await GridApi.StartAsync();
        api.With("/v3/carbon-intensity/history", GridDocuments.History).With("/v3/carbon-intensity/past-range", GridDocuments.PastRange).With("/v3/carbon-intensity/forecast", GridDocuments.Forecast);
        using var http = new HttpClient();
        var answer = await new ElectricityMapsSource(GridApi.Http(http), api.Url, new SecretText("em-token")).ReadAsync("DE", Now.AddDays(-8), Now, 0, default);
        Assert.Null(answer.Problem);
        Assert.Equal(
            "19T03 410 Measured | 21T10 302 Measured | 21T11 289 Estimated | 21T12 250 Forecast | 21T13 244 Forecast | 21T14 240 Forecast", Text(answer));
        Assert.Equal(
            [
                "/v3/carbon-intensity/history?zone=DE em-token",
                "/v3/carbon-intensity/past-range?zone=DE&start=2026-11-13T12:01:00Z&end=2026-11-21T12:01:00Z em-token",
                "/v3/carbon-intensity/forecast?zone=DE em-token",
            ],
            api.Requests);
    }

    [Fact]
    public async Task A_free_token_of_Electricity_Maps_still_gives_the_last_day()
    {
        await using var api = await GridApi.StartAsync();
        api.With("/v3/carbon-intensity/history", GridDocuments.History).ThenWell().Then(403).Then(403);
        using var http = new HttpClient();
        var answer = await new ElectricityMapsSource(GridApi.Http(http), api.Url, new SecretText("em-token")).ReadAsync("DE", Now.AddDays(-8), Now, 0, default);
        Assert.Equal(2, answer.Slots.Count);
        Assert.Equal(
            "Electricity Maps (past-range) answered HTTP 403: the account has no right to this zone or signal; Electricity Maps (forecast) answered HTTP 403: the account has no right to this zone or signal",
            answer.Problem);
    }

    [Fact]
    public async Task WattTime_logs_in_once_converts_pounds_and_logs_in_again_when_the_token_has_ended()
    {
        await using var api = await GridApi.StartAsync();
        api.With("/login", GridDocuments.Login).With("/v3/historical", GridDocuments.Historical).With("/v3/forecast", GridDocuments.MarginalForecast);
        using var http = new HttpClient();
        using var session = new WattTimeSession(GridApi.Http(http), api.Url, "freddo", new SecretText("the_frog"), TimeProvider.System);
        var source = new WattTimeSource<MarginalSignal>(session, api.Url);
        var answer = await source.ReadAsync("CAISO_NORTH", Now.AddHours(-1), Now, 0, default);
        // 870 lb/MWh * 0.45359237 = 394.625 g/kWh.
        Assert.Equal("21T11 394.625 Measured | 21T11 390.089 Estimated | 21T12 453.592 Forecast | 21T12 408.233 Forecast", Text(answer));
        Assert.Single(api.Requests, r => r.StartsWith("/login", StringComparison.Ordinal));
        Assert.Contains("/v3/historical?region=CAISO_NORTH&signal_type=co2_moer&start=2026-11-21T11:01:00Z&end=2026-11-21T12:01:00Z&include_imputed_marker=true Bearer abcdef0123456789fedcabc", api.Requests);
        api.Then(401);
        Assert.Equal(4, (await source.ReadAsync("CAISO_NORTH", Now.AddHours(-1), Now, 0, default)).Slots.Count);
        Assert.Equal(2, api.Requests.Count(r => r.StartsWith("/login", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_answer_of_the_other_signal_is_refused()
    {
        await using var api = await GridApi.StartAsync();
        api.With("/login", GridDocuments.Login).With("/v3/historical", GridDocuments.Historical);
        using var http = new HttpClient();
        using var session = new WattTimeSession(GridApi.Http(http), api.Url, "freddo", new SecretText("the_frog"), TimeProvider.System);
        var answer = await new WattTimeSource<AverageSignal>(session, api.Url).ReadAsync("CAISO_NORTH", Now.AddHours(-1), Now, 0, default);
        Assert.Empty(answer.Slots);
        Assert.Equal("WattTime (historical) answered signal 'co2_moer' in 'lbs_co2_per_mwh' where co2_aoer in lbs_co2_per_mwh was asked for", answer.Problem);
    }

    [Fact]
    public async Task The_Carbon_Aware_SDK_gives_past_and_forecast()
    {
        await using var api = await GridApi.StartAsync();
        api.With("/emissions/bylocation", GridDocuments.SdkEmissions).With("/emissions/forecasts/current", GridDocuments.SdkForecasts);
        using var http = new HttpClient();
        var answer = await new CarbonAwareSdkSource<AverageSignal>(GridApi.Http(http), api.Url).ReadAsync("germanywestcentral", Now.AddHours(-2), Now, 0, default);
        Assert.Null(answer.Problem);
        Assert.Equal("21T10 302.5 Estimated | 21T11 289 Estimated | 21T12 250.25 Forecast | 21T12 240 Forecast", Text(answer));
        Assert.Contains("/emissions/bylocation?location=germanywestcentral&time=2026-11-21T10:01:00Z&toTime=2026-11-21T12:01:00Z ", api.Requests);
    }

    [Fact]
    public async Task A_table_of_hours_holds_both_signals_apart_and_is_read_anew_each_time()
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, "zone,signal,start,gCO2e_per_kWh,kind\nDEU,average,2026-11-21T10:00:00Z,300,measured\nDEU,marginal,2026-11-21T10:00:00Z,800,measured\nDEU,average,2026-11-21T10:30:00Z,290.5,estimated\nFRA,average,2026-11-21T10:00:00Z,30,measured\n");
            var average = await new HoursFileSource<AverageSignal>(path).ReadAsync("DEU", Now.AddDays(-1), Now, 0, default);
            Assert.Equal("21T10 300 Measured | 21T10 290.5 Estimated", Text(average));
            Assert.Equal(Now.AddMinutes(-61), average.Slots[^1].End);
            Assert.Equal("21T10 800 Measured", Text(await new HoursFileSource<MarginalSignal>(path).ReadAsync("DEU", Now.AddDays(-1), Now, 0, default)));
            await File.WriteAllTextAsync(path, "zone,signal,start,gCO2e_per_kWh,kind\nDEU,average,yesterday,300,measured\n");
            Assert.EndsWith("line 2: 'yesterday' is no time; write 2026-11-21T14:00:00Z", (await new HoursFileSource<AverageSignal>(path).ReadAsync("DEU", Now.AddDays(-1), Now, 0, default)).Problem, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }

        Assert.Contains("does not exist", (await new HoursFileSource<AverageSignal>(path).ReadAsync("DEU", Now.AddDays(-1), Now, 0, default)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Broken_connections_and_failures_of_the_server_are_tried_three_times()
    {
        await using var api = await GridApi.StartAsync();
        api.With("/x", "{}").ThenBreaks().Then(502);
        using var http = new HttpClient();
        Assert.NotNull((await GridApi.Http(http).GetAsync("X", new Uri(api.Url + "/x"), null, default)).Body);
        Assert.Equal(3, api.Requests.Count);
        api.Then(500).Then(500).Then(500);
        var failed = await GridApi.Http(http).GetAsync("X", new Uri(api.Url + "/x"), null, default);
        Assert.Equal("X answered HTTP 500", failed.Problem);
        Assert.Equal(6, api.Requests.Count);
    }

    [Theory]
    [InlineData(401, "X answered HTTP 401: its credentials are wrong or have ended")]
    [InlineData(404, "X answered HTTP 404: it does not know this zone")]
    public async Task A_refusal_is_not_tried_again(int status, string problem)
    {
        await using var api = await GridApi.StartAsync();
        api.Then(status);
        using var http = new HttpClient();
        Assert.Equal(problem, (await GridApi.Http(http).GetAsync("X", new Uri(api.Url + "/x"), null, default)).Problem);
        Assert.Single(api.Requests);
    }

    [Fact]
    public async Task A_short_Retry_After_is_waited_for_and_a_long_one_is_handed_on()
    {
        await using var api = await GridApi.StartAsync();
        api.With("/x", "{}").Then(429, "1");
        using var http = new HttpClient();
        var began = TimeProvider.System.GetTimestamp();
        Assert.NotNull((await GridApi.Http(http).GetAsync("X", new Uri(api.Url + "/x"), null, default)).Body);
        Assert.True(TimeProvider.System.GetElapsedTime(began) >= TimeSpan.FromSeconds(0.9));
        api.Then(429, "600");
        var later = await GridApi.Http(http).GetAsync("X", new Uri(api.Url + "/x"), null, default);
        Assert.Equal((TimeSpan.FromMinutes(10), "X answered HTTP 429: too many requests"), (later.RetryAfter, later.Problem));
        Assert.Equal(3, api.Requests.Count);
    }

    [Fact]
    public async Task Silence_ends_after_the_time_limit()
    {
        await using var api = await GridApi.StartAsync();
        api.ThenHangs().ThenHangs().ThenHangs();
        using var http = new HttpClient();
        var time = new FakeTimeProvider();
        var polite = new PoliteHttp(http, time) { Timeout = TimeSpan.FromHours(1), Pause = TimeSpan.FromMilliseconds(1) };
        var asking = polite.GetAsync("X", new Uri(api.Url + "/x"), null, default);
        var reached = 0;
        await Eventually.TrueAsync(() =>
        {
            // An hour for each request that has arrived, else only the pauses between them.
            var silent = api.Requests.Count > reached;
            reached += silent ? 1 : 0;
            time.Advance(silent ? polite.Timeout : polite.Pause);
            return asking.IsCompleted;
        });
        Assert.Equal("X did not answer within 3600 s", (await asking).Problem);
        Assert.Equal(3, api.Requests.Count);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("""{"history":[{"datetime":"tomorrow","carbonIntensity":3}]}""")]
    [InlineData("""{"history":[{"datetime":"2026-11-21T10:00:00Z","carbonIntensity":-5},{"datetime":"2026-11-21T11:00:00Z","carbonIntensity":99999}]}""")]
    [InlineData("{}")]
    [InlineData("null")]
    public async Task An_answer_that_is_no_intensity_gives_none(string body)
    {
        await using var api = await GridApi.StartAsync();
        api.With("/v3/carbon-intensity/history", body);
        using var http = new HttpClient();
        Assert.Empty((await new ElectricityMapsSource(GridApi.Http(http), api.Url, new SecretText("t")).ReadAsync("DE", Now.AddHours(-2), Now, 0, default)).Slots);
    }

    private static string Text(GridAnswer answer) => string.Join(" | ", answer.Slots
        .OrderBy(s => s.Start)
        .Select(s => FormattableString.Invariant($"{s.Start:dd'T'HH} {s.Intensity.GramsPerKilowattHour:0.###} {s.Quality}")));
}
