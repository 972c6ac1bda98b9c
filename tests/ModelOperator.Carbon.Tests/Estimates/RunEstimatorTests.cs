using FsCheck;
using FsCheck.Fluent;
using ModelOperator.Carbon.Estimates;

namespace ModelOperator.Carbon.Tests.Estimates;

public class RunEstimatorTests
{
    private static readonly RunEstimateInputs OneHourOfTwoCores = new()
    {
        CpuCores = 2,
        ExpectedDuration = TimeSpan.FromHours(1),
        Intensity = CarbonIntensity.FromGramsPerKilowattHour(475m),
        IntensitySource = "WORLD 2019",
    };

    private static RunEstimate Estimate(RunEstimateInputs inputs)
    {
        Assert.True(RunEstimator.TryEstimate(inputs, out var estimate, out var problem), problem);
        return estimate;
    }

    [Fact]
    public void A_cpu_run_is_cores_at_four_watts_for_the_expected_time()
    {
        var estimate = Estimate(OneHourOfTwoCores);
        Assert.Equal(new Energy(8_000), estimate.EnergyP50);
        Assert.Equal(new Energy(14_228), estimate.EnergyP95); // 8,000 * exp(1.645 * 0.35) = 14,227.9
        Assert.Equal(new Emissions(3_800), estimate.EmissionsP50);
        Assert.Equal(new Emissions(6_759), estimate.EmissionsP95); // 14,228 mWh * 475 g/kWh = 6,758.3 mg
        Assert.Equal(estimate.EnergyP50, estimate.RawEnergy);
        Assert.Empty(estimate.Warnings);
        Assert.False(estimate.Capped);
        Assert.Equal(
            "Modelled: 2 cores at 4 W + 0 GiB RAM (0 W) for 3600 s (expected); PUE 1; 475 gCO2e/kWh (WORLD 2019); no history.",
            estimate.Basis);
    }

    [Fact]
    public void Gpus_draw_82_percent_of_rated_power_and_pue_multiplies()
    {
        var estimate = Estimate(OneHourOfTwoCores with
        {
            Device = RunDevice.Gpu,
            GpuCount = 8,
            GpuModel = "NVIDIA-A100-SXM4-40GB",
            CpuCores = 0,
            Pue = PowerUsageEffectiveness.From(1.12m),
        });
        Assert.Equal(new Energy(2_938_880), estimate.EnergyP50); // 8 * (40 + 0.8 * 360) W * 1 h * 1.12
        Assert.Contains("8 x NVIDIA-A100-SXM4 of 400 W at utilisation 0.8 (2624 W)", estimate.Basis, StringComparison.Ordinal);
        Assert.Empty(estimate.Warnings);
    }

    [Fact]
    public void A_cpu_run_never_gets_a_gpus_energy()
    {
        var estimate = Estimate(OneHourOfTwoCores with { GpuCount = 8, GpuModel = "H100" });
        Assert.Equal(new Energy(8_000), estimate.EnergyP50);
        Assert.DoesNotContain("H100", estimate.Basis, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "GPU 'not named' is not in the table; the greatest rated power there, of NVIDIA-B200, stands in.")]
    [InlineData("MI300X", "GPU 'MI300X' is not in the table; the greatest rated power there, of NVIDIA-B200, stands in.")]
    [InlineData("H200", "GPU 'H200' is not in the table; NVIDIA-H200-SXM of the same chip stands in.")]
    public void A_gpu_that_the_table_lacks_is_estimated_high_with_a_warning(string? model, string warning)
    {
        var estimate = Estimate(OneHourOfTwoCores with { Device = RunDevice.Gpu, GpuCount = 1, GpuModel = model });
        Assert.Equal([warning], estimate.Warnings);
    }

    [Fact]
    public void Declared_energy_wins_over_the_model_and_is_exact()
    {
        var estimate = Estimate(OneHourOfTwoCores with { DeclaredEnergy = Energy.FromKilowattHours(0.3m) });
        Assert.Equal(Energy.FromKilowattHours(0.3m), estimate.EnergyP50);
        Assert.StartsWith("Declared by the user: 0.3 kWh;", estimate.Basis, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_an_expectation_the_active_deadline_is_the_worst_case()
    {
        var estimate = Estimate(OneHourOfTwoCores with { ExpectedDuration = null, ActiveDeadline = TimeSpan.FromHours(2) });
        Assert.Equal(new Energy(16_000), estimate.EnergyP50);
        Assert.Contains("for 7200 s (the active deadline as the worst case)", estimate.Basis, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_cannot_use_more_than_until_its_deadline()
    {
        var estimate = Estimate(OneHourOfTwoCores with { ExpectedDuration = TimeSpan.FromHours(9), ActiveDeadline = TimeSpan.FromHours(1) });
        Assert.Equal(new Energy(8_000), estimate.EnergyP50);
        Assert.Contains("which is before the expected end", estimate.Basis, StringComparison.Ordinal);
    }

    [Fact]
    public void The_95th_percentile_is_capped_at_full_power_until_the_deadline()
    {
        var estimate = Estimate(OneHourOfTwoCores with
        {
            Device = RunDevice.Gpu,
            GpuCount = 1,
            GpuModel = "T4",
            CpuCores = 0,
            ActiveDeadline = TimeSpan.FromHours(1),
        });
        Assert.Equal((new Energy(57_400), new Energy(70_000), true), (estimate.EnergyP50, estimate.EnergyP95, estimate.Capped));
        Assert.Equal(new Emissions(33_250), estimate.EmissionsP95);
    }

    [Fact]
    public void Declared_energy_beyond_the_hardware_is_kept_with_a_warning()
    {
        var estimate = Estimate(OneHourOfTwoCores with { DeclaredEnergy = new Energy(1_000_000), ActiveDeadline = TimeSpan.FromHours(1) });
        Assert.Equal(new Energy(1_000_000), estimate.EnergyP50);
        Assert.Equal(["The declared energy is more than the requested hardware can use until the active deadline."], estimate.Warnings);
        Assert.False(estimate.Capped);
    }

    [Fact]
    public void Declared_energy_without_requests_has_no_cap_and_no_warning() =>
        Assert.Empty(Estimate(new() { DeclaredEnergy = new Energy(1_000), ActiveDeadline = TimeSpan.FromHours(1), Intensity = new(1) }).Warnings);

    [Fact]
    public void Spread_of_the_intensity_widens_emissions_only()
    {
        var estimate = Estimate(OneHourOfTwoCores with { IntensitySigma = 0.25 });
        Assert.Equal(new Energy(14_228), estimate.EnergyP95);
        Assert.Equal(new Emissions(7_711), estimate.EmissionsP95); // 8,000 * exp(1.645 * sqrt(0.35^2 + 0.25^2)) = 16,232.1 mWh
    }

    [Fact]
    public void History_shifts_the_median_and_narrows_the_spread()
    {
        var calibration = EstimateCalibration.FromHistory(Enumerable.Repeat((new Energy(2_000), new Energy(1_000)), 12));
        Assert.Equal(12 * Math.Log(2) / 16, calibration.Mu, 12);
        var mu = calibration.Mu;
        Assert.Equal(Math.Sqrt(((4 * 0.1225) + (12 * Math.Pow(Math.Log(2) - mu, 2))) / 16), calibration.Sigma, 12);
        var estimate = Estimate(OneHourOfTwoCores with { Calibration = calibration });
        Assert.Equal(new Energy((long)Math.Ceiling(8_000 * Math.Exp(mu))), estimate.EnergyP50);
        Assert.Equal(new Energy(8_000), estimate.RawEnergy);
        Assert.Contains("factor 1.682 from 12 runs", estimate.Basis, StringComparison.Ordinal);
    }

    [Fact]
    public void History_without_positive_pairs_is_no_history()
    {
        var calibration = EstimateCalibration.FromHistory([(Energy.Zero, new(1)), (new(1), Energy.Zero)]);
        Assert.Equal(EstimateCalibration.None, calibration);
        Assert.Equal(0.35, calibration.Sigma, 12);
        Assert.Equal(1, calibration.MedianFactor);
    }

    public static TheoryData<RunEstimateInputs, string> Problems => new()
    {
        { OneHourOfTwoCores with { ExpectedDuration = null }, "Nothing bounds this run's energy" },
        { OneHourOfTwoCores with { DeclaredEnergy = new Energy(-1) }, "The declared energy -0.000001 kWh is negative." },
        { OneHourOfTwoCores with { GpuCount = -1 }, "GPU count, CPU cores and memory" },
        { OneHourOfTwoCores with { CpuCores = double.NaN }, "GPU count, CPU cores and memory" },
        { OneHourOfTwoCores with { RamGibibytes = -1 }, "GPU count, CPU cores and memory" },
        { OneHourOfTwoCores with { IntensitySigma = -1 }, "The spread of the intensity" },
        { OneHourOfTwoCores with { ExpectedDuration = TimeSpan.Zero }, "The expected duration must be positive." },
        { OneHourOfTwoCores with { ActiveDeadline = TimeSpan.Zero }, "The active deadline must be positive." },
        { OneHourOfTwoCores with { DeclaredEnergy = new Energy(long.MaxValue) }, "The estimate is beyond what a ledger holds" },
        { OneHourOfTwoCores with { Intensity = new(long.MaxValue) }, "The estimate is beyond what a ledger holds" },
        { OneHourOfTwoCores with { CpuCores = 1e300 }, "The estimate is beyond what a ledger holds" },
        { OneHourOfTwoCores with { IntensitySigma = 1e9 }, "The estimate is beyond what a ledger holds" },
    };

    [Theory]
    [MemberData(nameof(Problems), DisableDiscoveryEnumeration = true)]
    public void What_cannot_be_estimated_says_why(RunEstimateInputs inputs, string problem)
    {
        Assert.False(RunEstimator.TryEstimate(inputs, out var estimate, out var actual));
        Assert.Null(estimate);
        Assert.StartsWith(problem, actual, StringComparison.Ordinal);
    }

    [Fact]
    public void The_95th_percentile_is_never_below_the_median_and_more_hardware_never_costs_less() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(byte Cores, byte Ram, byte Gpus, ushort Seconds, ushort Deadline, byte Pue)>(), raw =>
        {
            var inputs = OneHourOfTwoCores with
            {
                Device = RunDevice.Gpu,
                CpuCores = raw.Cores,
                RamGibibytes = raw.Ram,
                GpuCount = raw.Gpus,
                GpuModel = "L4",
                ExpectedDuration = TimeSpan.FromSeconds(1 + raw.Seconds),
                ActiveDeadline = raw.Deadline == 0 ? null : TimeSpan.FromSeconds(raw.Deadline),
                Pue = new(1_000 + raw.Pue),
            };
            var estimate = Estimate(inputs);
            var larger = Estimate(inputs with { GpuCount = raw.Gpus + 1 });
            return estimate.EnergyP50 <= estimate.EnergyP95 && estimate.EmissionsP50 <= estimate.EmissionsP95
                && larger.EnergyP50 >= estimate.EnergyP50 && larger.EnergyP95 >= estimate.EnergyP95;
        }).QuickCheckThrowOnFailure();
}
