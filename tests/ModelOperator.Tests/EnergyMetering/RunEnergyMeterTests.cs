using ModelOperator.Api;
using ModelOperator.EnergyMetering;

namespace ModelOperator.Tests.EnergyMetering;

public sealed class RunEnergyMeterTests
{
    private static readonly RunEnergyInputs Inputs = new()
    {
        Trained = TimeSpan.FromSeconds(3600),
        CpuCores = 2,
        MemoryGibibytes = 0,
        GpuCount = 1,
        GpuModel = "NVIDIA-A100-PCIE-40GB",
        Zone = "DEU",
        PueMilli = 1200,
    };

    [Fact]
    public void A_run_that_says_cpu_is_modelled_from_its_CPU_seconds_even_when_it_held_a_GPU()
    {
        var record = RunEnergyMeter.Measure(Inputs with { Device = "cpu", CpuSeconds = 900 })!;
        Assert.Equal("ModelledCPU", record.Method);
        // 900 s at 4 W are 3600 J, which is one watt-hour.
        Assert.Equal(1000, record.EnergyMilliwattHours);
        Assert.Equal("0.001", record.KWh);
        Assert.DoesNotContain("A100", record.Basis, StringComparison.Ordinal);
    }

    [Fact]
    public void Emissions_are_energy_times_PUE_times_intensity_of_the_zone()
    {
        var record = RunEnergyMeter.Measure(Inputs with { Device = "cpu", CpuSeconds = 900_000 })!;
        Assert.Equal(1_000_000, record.EnergyMilliwattHours);
        Assert.Equal((long)Math.Round(record.IntensityMilligramsPerKwh * 1.2), record.EmissionsMilligrams);
        Assert.Equal(1200, record.PueMilli);
        Assert.StartsWith("DEU ", record.IntensitySource, StringComparison.Ordinal);
    }

    [Fact]
    public void Joules_that_the_trainer_reports_for_its_GPU_win_over_the_model()
    {
        var record = RunEnergyMeter.Measure(Inputs with { Device = "cuda", GpuJoules = 36_000, CpuSeconds = 0 })!;
        Assert.Equal("ReportedByTrainer", record.Method);
        Assert.Equal(10_000, record.EnergyMilliwattHours);
    }

    [Theory]
    [InlineData("cuda")]
    [InlineData(null)]
    public void A_GPU_without_a_report_is_modelled_from_time(string? device)
    {
        var record = RunEnergyMeter.Measure(Inputs with { Device = device })!;
        Assert.Equal("ModelledGPU", record.Method);
        // An A100 PCIe of 250 W at utilisation 0.8 with 10 % idle: 25 + 0.8 * 225 = 205 W, and two cores at 4 W, for an hour.
        Assert.Equal(213_000, record.EnergyMilliwattHours);
        Assert.Contains("between", record.Basis, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_without_GPU_and_report_counts_its_cores_as_busy_all_the_time() =>
        Assert.Equal(8_000, RunEnergyMeter.Measure(Inputs with { GpuCount = 0 })!.EnergyMilliwattHours);

    [Fact]
    public void An_attempt_whose_trainer_never_ran_has_no_energy() =>
        Assert.Null(RunEnergyMeter.Measure(Inputs with { Trained = TimeSpan.Zero }));

    [Fact]
    public void An_unknown_zone_takes_the_worlds_value_and_says_so() =>
        Assert.Contains("'nowhere' is not in the table", RunEnergyMeter.Measure(Inputs with { Zone = "nowhere" })!.IntensitySource, StringComparison.Ordinal);

    [Fact]
    public void The_sum_over_attempts_adds_up_and_is_worth_as_much_as_its_worst_part()
    {
        EnergyRecord Of(string? device, double? joules) => RunEnergyMeter.Measure(Inputs with { Device = device, GpuJoules = joules })!;
        var (modelled, reported) = (Of("cuda", null), Of("cuda", 36_000));
        var sum = RunEnergyMeter.Sum(modelled, reported)!;
        Assert.Equal(modelled.EnergyMilliwattHours + reported.EnergyMilliwattHours, sum.EnergyMilliwattHours);
        Assert.Equal(modelled.EmissionsMilligrams + reported.EmissionsMilligrams, sum.EmissionsMilligrams);
        Assert.Equal("ModelledGPU", sum.Method);
        Assert.Same(reported, RunEnergyMeter.Sum(null, reported));
        Assert.Same(modelled, RunEnergyMeter.Sum(modelled, null));
    }
}
