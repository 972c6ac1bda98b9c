using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using ModelOperator.Carbon.Accounting;
using ModelOperator.Carbon.Budgets;

namespace ModelOperator.Carbon.Estimates;

/// <summary>
/// The estimate before a run: E50 = PUE * P_IT * H * e^mu and E95 = PUE * P_IT * H * exp(mu + 1.645 * sigma), capped at
/// PUE * P_max * deadline; emissions likewise with sqrt(sigma^2 + sigma_I^2). Log-normal, so that the median is the plain model.
/// </summary>
public static class RunEstimator
{
    /// <summary>The standard normal's 95th percentile.</summary>
    public const double Z95 = 1.645;

    /// <summary>
    /// Estimates a run. False when nothing bounds it (neither energy, nor duration, nor deadline) or an input is no quantity; then
    /// <paramref name="problem"/> says which and what to set.
    /// </summary>
    public static bool TryEstimate(
        RunEstimateInputs inputs, [NotNullWhen(true)] out RunEstimate? estimate, [NotNullWhen(false)] out string? problem)
    {
        estimate = null;
        problem = Problem(inputs);
        if (problem is not null)
            return false;
        var power = PlannedPower.Of(inputs);
        var warnings = new List<string>();
        var (itEnergy, basis) = ItMilliwattHours(inputs, power, warnings);
        var raw = itEnergy * inputs.Pue.Thousandths / 1_000;
        var cap = Cap(inputs, power, raw, warnings);
        var median = Math.Min(raw * inputs.Calibration.MedianFactor, cap);
        var spread = inputs.Calibration.Sigma;
        var high = raw * Math.Exp(inputs.Calibration.Mu + (Z95 * spread));
        var highWithIntensity = raw * Math.Exp(inputs.Calibration.Mu + (Z95 * Hypotenuse(spread, inputs.IntensitySigma)));
        var carbonHigh = Math.Min(highWithIntensity, cap * Math.Exp(Z95 * inputs.IntensitySigma));
        if (Math.Max(raw, carbonHigh) * Math.Max(1, inputs.Intensity.MilligramsPerKilowattHour / 1e6) > BudgetLedger.MaxUnits)
        {
            problem = "The estimate is beyond what a ledger holds; check the energy, the duration and the deadline.";
            return false;
        }

        estimate = new(
            Up(median),
            Up(Math.Min(high, cap)),
            Carbon(median, inputs.Intensity),
            Carbon(carbonHigh, inputs.Intensity),
            Up(raw),
            $"{basis}; PUE {inputs.Pue}; {inputs.Intensity} ({inputs.IntensitySource}); {History(inputs.Calibration)}.",
            warnings)
        { Capped = high > cap };
        return true;
    }

    private static string? Problem(RunEstimateInputs inputs)
    {
        if (inputs.DeclaredEnergy is { } declared && declared < Energy.Zero)
            return $"The declared energy {declared} is negative.";
        if (inputs.GpuCount < 0 || !(inputs.CpuCores >= 0 && double.IsFinite(inputs.CpuCores))
            || !(inputs.RamGibibytes >= 0 && double.IsFinite(inputs.RamGibibytes)))
            return "GPU count, CPU cores and memory must be finite and not negative.";
        if (!(inputs.IntensitySigma >= 0 && double.IsFinite(inputs.IntensitySigma)))
            return "The spread of the intensity must be finite and not negative.";
        if (inputs.ExpectedDuration is { } expected && expected <= TimeSpan.Zero)
            return "The expected duration must be positive.";
        if (inputs.ActiveDeadline is { } deadline && deadline <= TimeSpan.Zero)
            return "The active deadline must be positive.";
        return inputs.DeclaredEnergy is null && inputs.ExpectedDuration is null && inputs.ActiveDeadline is null
            ? "Nothing bounds this run's energy: set an expected energy, an expected duration or an active deadline."
            : null;
    }

    private static (double MilliwattHours, string Basis) ItMilliwattHours(RunEstimateInputs inputs, PlannedPower power, List<string> warnings)
    {
        if (inputs.DeclaredEnergy is { } declared)
            return (declared.MilliwattHours, $"Declared by the user: {declared}");
        if (power.Warning is { } warning)
            warnings.Add(warning);
        var (duration, why) = (inputs.ExpectedDuration, inputs.ActiveDeadline) switch
        {
            ({ } expected, { } deadline) when expected > deadline => (deadline, "the active deadline, which is before the expected end"),
            ({ } expected, _) => (expected, "expected"),
            (null, var deadline) => (deadline!.Value, "the active deadline as the worst case"),
        };
        return (power.ExpectedWatts * duration.TotalSeconds / Energy.JoulesPerMilliwattHour, $"Modelled: {power.Text} for {Seconds(duration)} s ({why})");
    }

    // What the hardware can use until the run is stopped; no cap where the user's own figure is above it or nothing stops the run.
    private static double Cap(RunEstimateInputs inputs, PlannedPower power, double raw, List<string> warnings)
    {
        if (inputs.ActiveDeadline is not { } deadline)
            return double.PositiveInfinity;
        var cap = power.GreatestWatts * deadline.TotalSeconds / Energy.JoulesPerMilliwattHour * inputs.Pue.Factor;
        if (cap >= raw)
            return cap;
        if (power.GreatestWatts > 0)
            warnings.Add("The declared energy is more than the requested hardware can use until the active deadline.");
        return double.PositiveInfinity;
    }

    // Up, except for the noise of floating point: a millionth of a milliwatt-hour.
    private static Energy Up(double milliwattHours) => new(QuantityMath.ToUnits(Math.Round(milliwattHours, 6), Rounding.Up));

    private static Emissions Carbon(double milliwattHours, CarbonIntensity intensity) =>
        EmissionsCalculator.AtConstantIntensity(Up(milliwattHours), PowerUsageEffectiveness.None, intensity, Rounding.Up);

    private static double Hypotenuse(double a, double b) => Math.Sqrt((a * a) + (b * b));

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);

    private static string History(EstimateCalibration calibration) => calibration.Runs == 0
        ? "no history"
        : string.Create(CultureInfo.InvariantCulture, $"factor {calibration.MedianFactor:0.###} from {calibration.Runs} runs");
}
