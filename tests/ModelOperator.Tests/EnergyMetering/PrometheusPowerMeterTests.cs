using Microsoft.Extensions.Logging.Abstractions;
using ModelOperator.Carbon.Metering;
using ModelOperator.EnergyMetering;
using ModelOperator.Fakes;

namespace ModelOperator.Tests.EnergyMetering;

/// <summary>Recorded series of exporters through a real HTTP server, to the record of a run.</summary>
public sealed class PrometheusPowerMeterTests : IAsyncLifetime
{
    private const string Board = "GPU-4cf8db2d-06c0-7d70-1a51-e59b25b2c16c";
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly PowerQuestion Question = new() { Namespace = "team-a", Pod = "diamonds-1-0", Start = Start, End = Start.AddMinutes(10), Gpus = 1 };

    private static readonly HttpClient Http = new();
    private readonly FakeTimeProvider time = new(Start.AddMinutes(11));
    private FakePrometheus prometheus = null!;

    public async Task InitializeAsync() => prometheus = await FakePrometheus.StartAsync();

    public async Task DisposeAsync() => await prometheus.DisposeAsync();

    [Fact]
    public async Task A_whole_board_belongs_to_its_Pod_by_the_boards_own_counter()
    {
        // 200 W: 3,000 J or 3,000,000 mJ in 15 s.
        prometheus.Record(Dcgm("DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION"), Every15(-60, 660, s => 5_551_899_580 + (s * 200_000)));
        prometheus.Record(Dcgm("DCGM_FI_DEV_POWER_USAGE"), Every15(-60, 660, _ => 199.5));
        var evidence = await AskAsync();
        Assert.Null(evidence.GpuProblem);
        Assert.Equal(120_000, evidence.Gpus!.Single().Joules, 3);
        Assert.Equal((1.0, MeasurementMethod.MeasuredCounter), (evidence.Gpus!.Single().Coverage, evidence.GpuMethod));
        var record = RunEnergyMeter.Measure(Inputs(evidence) with { GpuJoules = 119_000 })!;
        Assert.Equal(("MeasuredCounter", 100), (record.Method, record.CoveragePercent));
        // 120,000 J are 33,333 mWh; the host's two cores at 4 W for ten minutes 1,333 (the model rounds its part).
        Assert.Equal(34_666, record.EnergyMilliwattHours);
        Assert.Contains("GPU: 120000 J, DCGM in Prometheus, 1 GPU, whole boards, idle energy included", record.Basis, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_exporter_that_lags_behind_the_first_is_passed_over()
    {
        prometheus.Record(Dcgm("DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION"), Every15(-60, 660, s => 8_000_000 + (s * 100_000)));
        prometheus.Record(Dcgm("DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION").Replace("gpu=\"0\"", "gpu=\"0\",job=\"twice\"", StringComparison.Ordinal), Every15(-53, 600, s => 8_000_000 + ((s - 30) * 100_000)));
        prometheus.Record(Dcgm("modelop_gpu_energy_joules_total"), Every15(-50, 660, s => 8_000 + ((s - 20) * 100)));
        var evidence = await AskAsync();
        Assert.Equal(60_000, evidence.Gpus!.Single().Joules, 3);
        Assert.EndsWith("whole boards, idle energy included", evidence.GpuSource, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_utilisation_is_the_mean_over_the_attempt_and_absent_where_no_series_tells_it()
    {
        prometheus.Record(Dcgm("DCGM_FI_DEV_POWER_USAGE"), Every15(-60, 660, _ => 100));
        Assert.Null((await AskAsync()).GpuUtilisationPercent);
        prometheus.Record(Dcgm("DCGM_FI_DEV_GPU_UTIL"), Every15(-60, 660, s => s < 0 || s >= 600 ? 100 : s < 300 ? 20 : 60));
        var evidence = await AskAsync();
        Assert.Equal(40, evidence.GpuUtilisationPercent);
        Assert.Equal(60_000, evidence.Gpus!.Single().Joules, 3);
    }

    [Fact]
    public async Task Labels_count_whether_Prometheus_honours_those_of_the_exporter_or_not()
    {
        prometheus.Record($$"""DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION{gpu="0",UUID="{{Board}}",namespace="team-a",pod="diamonds-1-0"}""", Every15(-60, 660, s => 1_000_000 + (s * 100_000)));
        Assert.Equal(60_000, (await AskAsync()).Gpus!.Single().Joules, 3);
    }

    [Fact]
    public async Task A_board_without_a_counter_is_integrated_from_its_power()
    {
        prometheus.Record(Dcgm("DCGM_FI_DEV_POWER_USAGE"), Every15(-60, 660, s => 100 + (s / 6.0)));
        var evidence = await AskAsync();
        Assert.Equal(MeasurementMethod.MeasuredPower, evidence.GpuMethod);
        // 100 W to 200 W over 600 s.
        Assert.Equal(90_000, evidence.Gpus!.Single().Joules, 3);
    }

    [Fact]
    public async Task A_blank_of_the_driver_and_a_driver_that_was_loaded_again_are_told()
    {
        prometheus.Record(Dcgm("DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION"), Every15(-60, 660, s => s == 150 ? 9223372036854775794 : s < 300 ? 8_000_000 + (s * 100_000) : (s - 300) * 100_000));
        prometheus.Record(Dcgm("DCGM_FI_DEV_POWER_USAGE"), Every15(-60, 660, _ => 100));
        var evidence = await AskAsync();
        Assert.Equal(60_000, evidence.Gpus!.Single().Joules, 3);
        Assert.Contains("RejectedReadings, CounterReset, FilledFromPower", evidence.GpuSource, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Series_that_miss_a_part_are_filled_with_their_own_mean_and_the_record_says_how_much_was_seen()
    {
        prometheus.Record(Dcgm("DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION"), Every15(-60, 420, s => 8_000_000 + (s * 100_000)));
        var record = RunEnergyMeter.Measure(Inputs(await AskAsync()) with { CpuSeconds = 0 })!;
        Assert.Equal((16_667, 70), (record.EnergyMilliwattHours, record.CoveragePercent));
        Assert.Equal("MeasuredCounter", record.Method);
    }

    [Fact]
    public async Task Series_that_miss_more_than_half_do_not_count_and_the_record_says_why()
    {
        prometheus.Record(Dcgm("DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION"), Every15(-60, 180, s => 8_000_000 + (s * 100_000)));
        var record = RunEnergyMeter.Measure(Inputs(await AskAsync()))!;
        Assert.Equal("ModelledGPU", record.Method);
        Assert.Contains("Not measured: the sensors cover 30 % of the time, less than half", record.Basis, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_Pods_on_one_board_share_each_moment_equally()
    {
        // The exporter repeats the board's counter for each holder; the other Pod comes in the middle.
        prometheus.Record(Dcgm("DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION"), Every15(-60, 660, s => 8_000_000 + (s * 100_000)));
        prometheus.Record(Dcgm("DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION", "team-b", "other"), Every15(300, 660, s => 8_000_000 + (s * 100_000)));
        var evidence = await AskAsync();
        // 300 s alone, and half of 285 s (to the other's last sample inside); the last 15 s alone.
        Assert.Equal(30_000 + (28_500 / 2) + 1_500, evidence.Gpus!.Single().Joules, 3);
        Assert.Contains("time-sliced", evidence.GpuSource, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MIG_instances_have_their_slices_of_the_board_and_not_the_whole_board_each()
    {
        foreach (var (id, profile, pod) in new[] { ("3", "2g.20gb", "diamonds-1-0"), ("5", "3g.40gb", "other") })
        {
            prometheus.Record(
                $$"""DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION{UUID="{{Board}}",GPU_I_PROFILE="{{profile}}",GPU_I_ID="{{id}}",exported_namespace="team-a",exported_pod="{{pod}}"}""",
                Every15(-60, 660, s => 8_000_000 + (s * 70_000)));
        }

        var evidence = await AskAsync();
        Assert.Equal(42_000 * 2 / 7.0, evidence.Gpus!.Single().Joules, 3);
        Assert.Contains("MIG: 2/7 of the board", evidence.GpuSource, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Our_agents_series_are_read_like_the_exporters()
    {
        prometheus.Record(
            $$"""modelop_gpu_energy_joules_total{node="n1",gpu="0",UUID="{{Board}}",modelName="NVIDIA H100 80GB HBM3",exported_namespace="team-a",exported_pod="diamonds-1-0"}""",
            Every15(-60, 660, s => 5_000.125 + (s * 650.5)));
        var evidence = await AskAsync();
        Assert.Equal(650.5 * 600, evidence.Gpus!.Single().Joules, 1);
        Assert.StartsWith("energy agent in Prometheus", evidence.GpuSource, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kepler_tells_the_CPU_by_one_way_through_its_overlapping_zones()
    {
        foreach (var (zone, watts) in new[] { ("package", 20.0), ("core", 15.0), ("dram", 3.0) })
            prometheus.Record($$"""kepler_pod_cpu_joules_total{pod_id="u1",pod_name="diamonds-1-0",pod_namespace="team-a",state="running",zone="{{zone}}",node_name="n1"}""", Every15(-60, 660, s => 70 + (s * watts)));
        var evidence = await AskAsync(Question with { Gpus = 0 });
        Assert.Equal(23 * 600, evidence.Cpu!.Sum(c => c.Joules), 1);
        var record = RunEnergyMeter.Measure(Inputs(evidence) with { GpuCount = 0, MemoryGibibytes = 64, Device = "cpu" })!;
        // Kepler's counters have been read by the kubelet's seconds: 13,800 J are 3,833 mWh; dram covers the memory, so no model is added.
        Assert.Equal(("MeasuredCounter", 3_833), (record.Method, record.EnergyMilliwattHours));
        Assert.Contains("Kepler in Prometheus, package + dram", record.Basis, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_series_fall_back_with_the_reason()
    {
        var evidence = await AskAsync();
        Assert.Equal("Prometheus has no series of a GPU for the Pod (DCGM exporter or energy agent)", evidence.GpuProblem);
        var record = RunEnergyMeter.Measure(Inputs(evidence) with { GpuJoules = 36_000 })!;
        Assert.Equal("ReportedByTrainer", record.Method);
        Assert.EndsWith("Not measured: Prometheus has no series of a GPU for the Pod (DCGM exporter or energy agent).", record.Basis, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Pod_whose_second_GPU_shows_no_series_is_not_half_measured()
    {
        prometheus.Record(Dcgm("DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION"), Every15(-60, 660, s => 8_000_000 + (s * 100_000)));
        Assert.Equal("the series show 1 of the 2 GPUs of the Pod", (await AskAsync(Question with { Gpus = 2 })).GpuProblem);
    }

    [Fact]
    public async Task An_outage_of_Prometheus_is_tried_twice_and_told()
    {
        prometheus.Failures.Enqueue(503);
        Assert.Equal("Prometheus has no series of a GPU for the Pod (DCGM exporter or energy agent)", (await AskAsync()).GpuProblem);
        prometheus.Failures.Enqueue(503);
        prometheus.Failures.Enqueue(503);
        Assert.Equal("Prometheus answered HTTP 503", (await AskAsync()).GpuProblem);
    }

    [Fact]
    public async Task A_long_attempt_is_read_at_steps()
    {
        var week = Question with { End = Start.AddDays(7) };
        time.Advance(TimeSpan.FromDays(7));
        prometheus.Record(Dcgm("DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION"), Enumerable.Range(-2, 10_090).Select(m => (Start.AddMinutes(m), 8_000_000 + (m * 60 * 100_000.0))));
        var gpu = (await AskAsync(week)).Gpus!.Single();
        Assert.InRange(gpu.Joules, 100 * 604_800 * 0.9995, 100 * 604_800 * 1.0005);
        Assert.True(gpu.Coverage > 0.99);
        Assert.DoesNotContain(prometheus.Queries, q => q.EndsWith("s]", StringComparison.Ordinal));
    }

    private static string Dcgm(string name, string space = "team-a", string pod = "diamonds-1-0") =>
        $$"""{{name}}{gpu="0",UUID="{{Board}}",pci_bus_id="00000000:00:07.0",device="nvidia0",modelName="NVIDIA L40S",Hostname="gpu1-wl8sg",DCGM_FI_DRIVER_VERSION="595.58.03",exported_container="trainer",exported_namespace="{{space}}",exported_pod="{{pod}}",namespace="gpu-operator",pod="nvidia-dcgm-exporter-x"}""";

    private static IEnumerable<(DateTimeOffset At, double Value)> Every15(int from, int to, Func<int, double> value) =>
        Enumerable.Range(0, ((to - from) / 15) + 1).Select(i => from + (i * 15)).Select(s => (Start.AddSeconds(s), value(s)));

    private static RunEnergyInputs Inputs(PowerEvidence evidence) => new()
    {
        Trained = TimeSpan.FromMinutes(10),
        Ended = Start.AddMinutes(10),
        CpuCores = 2,
        GpuCount = 1,
        GpuModel = "NVIDIA-L40S",
        Zone = "DEU",
        Power = evidence,
    };

    private async Task<PowerEvidence> AskAsync(PowerQuestion? question = null) =>
        (await new PrometheusPowerMeter(new PrometheusSeriesClient(Http, prometheus.Url, TimeSpan.FromSeconds(120)), time, NullLogger<PrometheusPowerMeter>.Instance).MeasureAsync(question ?? Question, default))!;
}
