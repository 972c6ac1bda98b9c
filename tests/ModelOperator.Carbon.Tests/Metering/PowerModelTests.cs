using ModelOperator.Carbon.Metering;

namespace ModelOperator.Carbon.Tests.Metering;

public class PowerModelTests
{
    [Fact]
    public void Cpu_energy_is_core_seconds_at_four_watts_plus_memory_at_0_3725_watts_per_gigabyte()
    {
        // 3,600 core-seconds * 4 W = 14,400 J; 2 GiB = 2.147483648 GB * 0.3725 W/GB * 1,800 s = 1,439.89 J.
        var band = CpuPowerModel.Default.Estimate(3_600, 2, TimeSpan.FromSeconds(1_800));
        Assert.Equal(Energy.FromJoules(14_400 + (2.147483648 * 0.3725 * 1_800)), band.Expected);
        Assert.Equal(new Energy(4_400), band.Expected);
        Assert.True(band.Low < band.Expected && band.Expected < band.High);
    }

    [Fact]
    public void The_bands_of_cpu_and_memory_add_up()
    {
        var model = CpuPowerModel.Default;
        var cpu = model.Estimate(3_600, 0, TimeSpan.Zero);
        Assert.Equal((new Energy(1_000), new Energy(4_000), new Energy(12_000)), (cpu.Low, cpu.Expected, cpu.High));
        var ram = model.Estimate(0, 1_000_000_000 / 1_073_741_824.0, TimeSpan.FromHours(1_000));
        Assert.Equal((new Energy(37_250), new Energy(372_500), new Energy(394_850)), (ram.Low, ram.Expected, ram.High));
    }

    [Theory]
    [InlineData(-1, 0, 0)]
    [InlineData(0, -1, 0)]
    [InlineData(0, 0, -1)]
    [InlineData(double.NaN, 0, 0)]
    [InlineData(0, double.PositiveInfinity, 0)]
    public void A_cpu_model_takes_only_amounts(double cpuSeconds, double gibibytes, double wallSeconds) =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            CpuPowerModel.Default.Estimate(cpuSeconds, gibibytes, TimeSpan.FromSeconds(wallSeconds)));

    [Theory]
    [InlineData(1, 700, 574)]
    [InlineData(8, 400, 2_624)]
    [InlineData(0, 700, 0)]
    [InlineData(1, 70, 57.4)]
    public void A_gpus_power_is_idle_plus_utilisation_of_the_rest(int count, double tdp, double watts) =>
        Assert.Equal(watts, GpuPowerModel.Default.PowerOf(count, new Power(tdp)).Watts, 9);

    [Fact]
    public void A_gpus_band_goes_from_idle_to_rated_power()
    {
        var band = GpuPowerModel.Default.Estimate(2, new Power(400), TimeSpan.FromHours(1));
        Assert.Equal((new Energy(80_000), new Energy(656_000), new Energy(800_000)), (band.Low, band.Expected, band.High));
    }

    [Fact]
    public void A_gpu_model_takes_only_amounts()
    {
        var one = new Power(1);
        Assert.Throws<ArgumentOutOfRangeException>(() => GpuPowerModel.Default.PowerOf(-1, one));
        Assert.Throws<ArgumentOutOfRangeException>(() => GpuPowerModel.Default.Estimate(1, one, TimeSpan.FromTicks(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GpuPowerModel { Utilisation = 1.1 }.PowerOf(1, one));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GpuPowerModel { Utilisation = double.NaN }.PowerOf(1, one));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GpuPowerModel { IdleShare = -0.1 }.PowerOf(1, one));
    }

    [Theory]
    [InlineData(MeasurementMethod.MeasuredCounter, true, "Measured")]
    [InlineData(MeasurementMethod.MeasuredPower, true, "Measured")]
    [InlineData(MeasurementMethod.ReportedByTrainer, false, "Reported by the trainer")]
    [InlineData(MeasurementMethod.ModelledCPU, false, "not measured")]
    [InlineData(MeasurementMethod.ModelledGPU, false, "not measured")]
    public void Every_method_says_what_it_is_worth(MeasurementMethod method, bool measured, string words)
    {
        Assert.Contains(words, method.Describe(), StringComparison.Ordinal);
        Assert.EndsWith(".", method.Describe(), StringComparison.Ordinal);
        Assert.Equal(measured, method.IsMeasured());
    }

    [Fact]
    public void An_unknown_method_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ((MeasurementMethod)99).Describe());
}
