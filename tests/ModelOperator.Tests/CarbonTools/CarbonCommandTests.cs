using System.Text.Json.Nodes;
using ModelOperator.CarbonTools;
using ModelOperator.Fakes;

namespace ModelOperator.Tests.CarbonTools;

public sealed class CarbonCommandTests : IDisposable
{
    private const string Run = """
        {"apiVersion":"modeloperator.io/v1alpha1","kind":"TrainingRun","metadata":{"name":"x","namespace":"team-a"},
         "spec":{"modelName":"diamonds","resources":{"limits":{"cpu":"2","memory":"2Gi"}},"carbon":{"expectedSeconds":7200}}}
        """;

    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));
    private readonly string hours = Path.GetTempFileName();

    public CarbonCommandTests() => File.WriteAllText(hours, """
        zone,signal,start,gCO2e_per_kWh,kind
        DEU,average,2026-11-21T11:00:00Z,300,measured
        DEU,average,2026-11-21T12:00:00Z,320,forecast
        DEU,average,2026-11-21T13:00:00Z,280,forecast
        DEU,average,2026-11-21T14:00:00Z,100,forecast
        DEU,average,2026-11-21T15:00:00Z,110,forecast
        DEU,average,2026-11-21T16:00:00Z,400,forecast
        """.ReplaceLineEndings("\n"));

    public void Dispose() => File.Delete(hours);

    [Fact]
    public async Task Intensity_says_what_it_is_worth()
    {
        var answer = await JsonAsync("intensity");
        Assert.Equal(("DEU", "Average", 320m, "Forecast"), (Text(answer, "zone"), Text(answer, "signal"), answer["gramsPerKilowattHour"]!.GetValue<decimal>(), Text(answer, "quality")));
        Assert.Equal("Yearly", Text(await JsonAsync("intensity", "--zone", "FRA"), "quality"));
    }

    [Fact]
    public async Task A_marginal_intensity_that_nobody_knows_is_said_to_be_unknown() =>
        Assert.Equal((1, "modeloperator carbon: no source knows a marginal intensity of zone DEU\n"), await ProblemAsync("", "intensity", "--marginal"));

    [Fact]
    public async Task An_estimate_is_what_the_operator_would_reserve_now()
    {
        var answer = await JsonAsync("estimate", "-");
        Assert.Equal(300m, answer["gramsPerKilowattHour"]!.GetValue<decimal>());
        Assert.True(answer["gramsP95"]!.GetValue<decimal>() > answer["gramsP50"]!.GetValue<decimal>());
        Assert.Contains("100 % forecast", Text(answer, "basis"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_best_start_in_a_window_is_found_with_its_saving()
    {
        var answer = await JsonAsync("schedule", "--hours", "2", "--within", "5");
        Assert.Equal("2026-11-21T14:00:00+00:00", answer["runs"]![0]!["start"]!.GetValue<string>());
        Assert.Equal((105m, 300m, 65m), (answer["gramsPerKilowattHour"]!.GetValue<decimal>(), answer["immediateGramsPerKilowattHour"]!.GetValue<decimal>(), answer["savingPercent"]!.GetValue<decimal>()));
        Assert.True(answer["hasForecast"]!.GetValue<bool>());
    }

    [Theory]
    [InlineData("modeloperator carbon: --hours is ''; it must be a number of hours above 0, at most 720\n", "schedule", "--within", "5")]
    [InlineData("modeloperator carbon: --zone needs a value\n", "intensity", "--zone")]
    [InlineData("modeloperator carbon: name one file, or - for standard input\n", "estimate")]
    public async Task A_wrong_command_line_is_refused(string message, params string[] args) => Assert.Equal((64, message), await ProblemAsync(Run, args));

    [Fact]
    public async Task A_run_that_the_webhook_would_refuse_is_refused_with_its_fields()
    {
        var (code, problem) = await ProblemAsync(Run.Replace("\"diamonds\"", "\"\"", StringComparison.Ordinal), "estimate", "-");
        Assert.Equal(64, code);
        Assert.Contains("modelName", problem, StringComparison.Ordinal);
    }

    private static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();

    private async Task<JsonNode> JsonAsync(params string[] args)
    {
        var (code, output, errors) = await RunAsync(Run, args);
        Assert.Equal((0, ""), (code, errors));
        return JsonNode.Parse(output)!;
    }

    private async Task<(int Code, string Errors)> ProblemAsync(string input, params string[] args)
    {
        var (code, _, errors) = await RunAsync(input, args);
        return (code, errors);
    }

    private async Task<(int Code, string Output, string Errors)> RunAsync(string input, string[] args)
    {
        var settings = new Dictionary<string, string> { ["MODELOP_ZONE"] = "DEU", ["MODELOP_INTENSITY_SOURCES"] = "file", ["MODELOP_INTENSITY_FILE"] = hours };
        using var reader = new StringReader(input);
        await using var output = new StringWriter();
        await using var errors = new StringWriter();
        var code = await CarbonCommand.RunAsync(args, settings.GetValueOrDefault, reader, output, errors, time, default);
        return (code, output.ToString(), errors.ToString());
    }
}
