using System.Text.Json.Nodes;
using ModelOperator.CarbonTools;
using ModelOperator.Fakes;

namespace ModelOperator.Tests.CarbonTools;

/// <summary>Sub-commands that work on a file or on standard input.</summary>
public sealed class CarbonFileCommandTests
{
    private const string Hour = """
        time,watts
        2026-11-21T12:00:00Z,100
        2026-11-21T12:30:00Z,300
        2026-11-21T13:00:00Z,100
        """;

    public static TheoryData<string, string, decimal, string, string[]> Energies => new()
    {
        // Case, file, kWh, flags, options.
        { "samples, a trapezoid", Hour, 0.2m, "", ["--every-seconds", "600"] },
        { "gaps are filled with the mean and counted as estimated", Hour, 0.2m, "LongGap", [] },
        { "a part of the time", Hour, 0.1m, "", ["--every-seconds", "600", "--end", "2026-11-21T12:30:00Z"] },
        { "a failed read", Hour.Replace(",300", ",", StringComparison.Ordinal), 0.1m, "RejectedReadings", ["--every-seconds", "1200"] },
        { "an NVML counter", "time,millijoules\n2026-11-21T12:00:00Z,5\n2026-11-21T13:00:00Z,720000005\n", 0.2m, "", ["--limit-watts", "400"] },
        { "a RAPL counter", "time,microjoules\n2026-11-21T12:00:00Z,900\n2026-11-21T12:00:10Z,360000400\n", 0.0001m, "", ["--limit-watts", "100", "--range-microjoules", "1000000000"] },
        { "a RAPL counter that wraps", "time,microjoules\n2026-11-21T12:00:00Z,1000000000\n2026-11-21T12:00:10Z,359999999\n", 0.0001m, "CounterWrapped", ["--limit-watts", "100", "--range-microjoules", "1000000000"] },
        { "JSON", """[{"time":"2026-11-21T12:00:00Z","watts":200},{"time":"2026-11-21T13:00:00Z","watts":200}]""", 0.2m, "", ["--every-seconds", "1200"] },
    };

    [Theory]
    [MemberData(nameof(Energies))]
    public async Task Energy_is_got_from_readings(string what, string file, decimal kilowattHours, string flags, string[] options)
    {
        var answer = await JsonAsync(file, ["energy", "-", .. options]);
        Assert.True(
            (answer["kilowattHours"]!.GetValue<decimal>(), string.Join(' ', answer["flags"]!.AsArray().Select(static f => f!.GetValue<string>()))) == (kilowattHours, flags),
            $"{what}: {answer.ToJsonString()}");
    }

    [Fact]
    public async Task Emissions_are_the_energy_with_the_facility_and_the_grid()
    {
        var answer = await JsonAsync(Hour, "emissions", "-", "--every-seconds", "600", "--zone", "FRA", "--pue", "1.5");
        var booked = answer["emissions"]!;
        Assert.Equal((0.2m, 1.5m, "Yearly"), (answer["kilowattHours"]!.GetValue<decimal>(), booked["pue"]!.GetValue<decimal>(), booked["intensityQuality"]!.GetValue<string>()));
        Assert.Equal(Math.Round(0.2m * 1.5m * booked["gramsPerKilowattHour"]!.GetValue<decimal>(), 3), booked["grams"]!.GetValue<decimal>());
    }

    [Fact]
    public async Task The_SCI_of_a_model_counts_failed_runs_and_every_trial_once()
    {
        var runs = List(
            Run("a", "Succeeded", 900_000, gpus: 2, seconds: 35_040, tokens: "1e6"),
            Run("b", "Failed", 100_000),
            Run("sweep", "Succeeded", 0, extra: """, "sweep": {"algorithm": "Random", "objective": {"metric": "rmse", "goal": "Minimize"}}""", status: """, "sweep": {"energy": {"method": "ModelledCPU", "emissionsMilligrams": 50000}}"""),
            Run("sweep-1", "Succeeded", 30_000, owner: "sweep"),
            Run("orphan-1", "Failed", 5_000, owner: "gone"));
        var answer = Assert.Single((await JsonAsync(runs, "sci", "-", "--metric", "tokens", "--embodied-kg-per-gpu", "100"))!.AsArray())!;
        // O = 900 + 100 + 50 + 5 g; M = 2 GPUs of 100 kg for 35,040 s of 35,040 h = 200,000 g / 3600.
        Assert.Equal((1055m, 55.556m), (answer["operationalGrams"]!.GetValue<decimal>(), answer["embodiedGrams"]!.GetValue<decimal>()));
        Assert.Equal((4, 2, "1000 tokens"), (answer["runs"]!.GetValue<int>(), answer["failedRuns"]!.GetValue<int>(), answer["unit"]!.GetValue<string>()));
        Assert.Equal(1.110556m, answer["gramsPerUnit"]!.GetValue<decimal>());
    }

    [Fact]
    public async Task Without_a_number_of_things_there_is_no_figure_but_a_reason()
    {
        var answer = (await JsonAsync(Run("a", "Failed", 900_000), "sci", "-", "--metric", "tokens"))[0]!;
        Assert.Null(answer["gramsPerUnit"]);
        Assert.Equal("the number of tokens is not known", answer["reason"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("", "line 1: '' must be time,watts or time,millijoules or time,microjoules", "energy", "-")]
    [InlineData("time,watts\nnoon,3\n", "line 2: 'noon' is no time; write 2026-11-21T14:00:00Z", "energy", "-")]
    [InlineData("time,watts\n2026-11-21T12:00:00Z,3\n", "the file has 1 readings; energy needs two at least", "energy", "-")]
    [InlineData("time,millijoules\n2026-11-21T12:00:00Z,-3\n", "line 2: '-3' is no reading; leave it empty where the read failed", "energy", "-")]
    [InlineData("time,millijoules\n2026-11-21T12:00:00Z,3\n2026-11-21T13:00:00Z,4\n", "--limit-watts is needed for a counter: steps that the device cannot draw are left out", "energy", "-")]
    [InlineData("time,watts\n2026-11-21T12:00:00Z,3\n2026-11-21T13:00:00Z,4\n", "--pue is '0.5'; it must be a number from 1 to 10", "emissions", "-", "--pue", "0.5")]
    [InlineData("[{\"time\":\"2026-11-21T12:00:00Z\"}]", "a reading has a time and, in all of the file, one of watts, millijoules and microjoules", "energy", "-")]
    [InlineData("{}", "sci needs one of --count, how many things the model was trained on, and --metric, the name of a run's metric that says it", "sci", "-")]
    [InlineData("{}", "the file holds something else than TrainingRuns", "sci", "-", "--count", "3")]
    [InlineData("", "--zone is unknown; known are --start, --end, --every-seconds, --limit-watts, --range-microjoules", "energy", "-", "--zone", "FRA")]
    public async Task Wrong_files_and_options_are_refused(string file, string problem, params string[] args) =>
        Assert.Equal((64, "", $"modeloperator carbon: {problem}\n"), await RunAsync(file, args));

    private static string List(params string[] runs) => $$"""{"apiVersion": "v1", "kind": "List", "items": [{{string.Join(",", runs)}}]}""";

    private static string Run(string name, string phase, long milligrams, int gpus = 0, int seconds = 0, string? tokens = null, string? owner = null, string extra = "", string status = "")
    {
        var owners = owner is null ? "" : $$""", "ownerReferences": [{"apiVersion": "modeloperator.io/v1alpha1", "kind": "TrainingRun", "name": "{{owner}}", "uid": "uid-{{owner}}", "controller": true}]""";
        var metrics = tokens is null ? "" : $$""", "metrics": [{"name": "tokens", "value": "{{tokens}}"}]""";
        return $$$"""
            {"apiVersion": "modeloperator.io/v1alpha1", "kind": "TrainingRun", "metadata": {"name": "{{{name}}}", "uid": "uid-{{{name}}}"{{{owners}}}},
             "spec": {"modelName": "gpt"{{{extra}}}}, "status": {"phase": "{{{phase}}}", "energy": {"method": "ModelledCPU", "emissionsMilligrams": {{{milligrams}}}},
             "usage": {"gpus": {{{gpus}}}, "seconds": {{{seconds}}}}{{{metrics}}}{{{status}}}}}
            """;
    }

    private static async Task<JsonNode> JsonAsync(string input, params string[] args)
    {
        var (code, output, errors) = await RunAsync(input, args);
        Assert.Equal((0, ""), (code, errors));
        return JsonNode.Parse(output)!;
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(string input, string[] args)
    {
        using var reader = new StringReader(input);
        await using var output = new StringWriter();
        await using var errors = new StringWriter();
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));
        var code = await CarbonCommand.RunAsync(args, static _ => null, reader, output, errors, time, default);
        return (code, output.ToString(), errors.ToString());
    }
}
