using System.Globalization;
using ModelOperator.Api;
using ModelOperator.Carbon;
using ModelOperator.Carbon.Accounting;
using ModelOperator.Carbon.Data;
using ModelOperator.Carbon.Grid;
using ModelOperator.Carbon.Metering;

namespace ModelOperator.EnergyMetering;

/// <summary>
/// Energy of one attempt, with the way it was got, and its emissions by the intensity of the hours in which it was used. Order: sensors, then joules that the
/// trainer reported for its GPUs, else a model. A run that says device=cpu, or that holds no GPU, is modelled from its CPU time and memory; a GPU's energy is
/// never invented for it. Where sensors were asked and could not answer, the record says why. Pure.
/// </summary>
public static class RunEnergyMeter
{
    private const string Cpu = "cpu";
    private const double LeastCoverage = 0.5;

    /// <summary>The record of an attempt; null when the trainer never ran.</summary>
    public static EnergyRecord? Measure(RunEnergyInputs inputs) => Choose(inputs) is { } choice ? Record(inputs, choice) : null;

    /// <summary>The same energy by hours of the clock; none when the trainer never ran. The hours add up to the record.</summary>
    public static IEnumerable<HourlyEnergy> Hours(RunEnergyInputs inputs) => Choose(inputs) is not { } choice ? [] : HourlyAccount
        .Of(inputs.Ended - inputs.Trained, inputs.Ended, choice.Segments, new PowerUsageEffectiveness(inputs.PueMilli), ZoneOf(inputs))
        .Select(hour => hour.Times(choice.Times));

    private static EnergyChoice? Choose(RunEnergyInputs inputs)
    {
        if (inputs.Trained <= TimeSpan.Zero)
            return null;
        var host = RunHostEnergy.Of(inputs);
        if (Usable(inputs.Power?.Gpus))
            return Measured(inputs, host);
        if (host.Measured && (inputs.Device == Cpu || inputs.GpuCount == 0))
            return new(MeasurementMethod.MeasuredCounter, host.Segments, host.Coverage, $"{host.Text}{Unmeasured(inputs)}");
        return inputs.Nodes > 1 ? OfNodes(inputs) : OfOne(inputs);
    }

    /// <summary>
    /// Several nodes without sensors: what one used, times their number. Joules that rank 0 reported are of its own GPUs only: taken for all they are a model
    /// and are called one.
    /// </summary>
    private static EnergyChoice OfNodes(RunEnergyInputs inputs)
    {
        // What sensors say of the CPUs is of all nodes together; it would count as often as there are nodes.
        var one = OfOne(inputs with { Power = inputs.Power is { } power ? power with { Cpu = null } : null });
        return one with
        {
            Times = inputs.Nodes,
            Prefix = $"{Count(inputs.Nodes)} nodes, each as rank 0: {one.Method.Describe()}",
            Method = one.Method == MeasurementMethod.ReportedByTrainer ? MeasurementMethod.ModelledGPU : one.Method,
        };
    }

    private static EnergyChoice OfOne(RunEnergyInputs inputs)
    {
        var host = RunHostEnergy.Of(inputs);
        var unmeasured = Unmeasured(inputs);
        if (inputs.Device == Cpu || inputs.GpuCount == 0)
            return new(MeasurementMethod.ModelledCPU, host.Segments, host.Coverage, $"{host.Text}{host.Range}{unmeasured}");
        if (inputs.GpuJoules is { } joules and > 0)
        {
            return new(
                MeasurementMethod.ReportedByTrainer, [Even(inputs, joules), .. host.Segments], 1,
                $"GPU: {Number(joules)} J reported by the trainer; {host.Text}{unmeasured}");
        }

        var gpu = GpuPowerTable.BuiltIn.Lookup(inputs.GpuModel);
        var band = GpuPowerModel.Default.Estimate(inputs.GpuCount, gpu.Tdp, inputs.Trained);
        var whole = new EnergyBand(band.Expected + host.Band.Expected, band.Low + host.Band.Low, band.High + host.Band.High);
        var text = $"{Count(inputs.GpuCount)} x {gpu.Model} of {Number(gpu.Tdp.Watts)} W at utilisation {Number(GpuPowerModel.Default.Utilisation)}; {host.Text}{Range(whole)}{unmeasured}";
        return new(MeasurementMethod.ModelledGPU, [Even(inputs, band.Expected.Joules), .. host.Segments], 1, text);
    }

    /// <summary>Energy of all attempts: sums, and the method and the intensity that are worth least.</summary>
    public static EnergyRecord? Sum(EnergyRecord? total, EnergyRecord? next)
    {
        if (total is null || next is null)
            return next ?? total;
        var worse = Rank(next.Method) >= Rank(total.Method) ? next : total;
        var energy = new Energy(total.EnergyMilliwattHours + next.EnergyMilliwattHours);
        var emissions = new Emissions(total.EmissionsMilligrams + next.EmissionsMilligrams);
        return next with
        {
            EnergyMilliwattHours = energy.MilliwattHours,
            EmissionsMilligrams = emissions.Milligrams,
            IntensityMilligramsPerKwh = Weighted(total, next, static r => r.IntensityMilligramsPerKwh),
            IntensityQuality = Worse(total.IntensityQuality, next.IntensityQuality),
            CoveragePercent = (int)Weighted(total, next, static r => r.CoveragePercent),
            Method = worse.Method,
            Basis = $"Sum over attempts; the last: {next.Basis}",
            KWh = KWh(energy),
            GCO2e = Grams(emissions),
        };
    }

    private static EnergyChoice Measured(RunEnergyInputs inputs, RunHostEnergy host)
    {
        var power = inputs.Power!;
        var gpus = power.Gpus!;
        var joules = gpus.Sum(g => g.Joules);
        var check = inputs is { GpuJoules: { } reported, Nodes: <= 1 } && new EnergyCrossCheck(joules, reported) is { Alarm: true }
            ? $" The trainer reported {Number(reported)} J, which differs by more than 10 %; the sensor counts."
            : "";
        var filled = gpus.SelectMany(g => RunHostEnergy.Filled(g)).ToList();
        var hosts = host.Measured ? 1 : inputs.Nodes;
        var text = $"GPU: {Number(filled.Sum(s => s.Joules))} J, {power.GpuSource}; {(hosts > 1 ? $"on each of {Count(hosts)} nodes as rank 0: " : "")}{host.Text}{check}";
        return new(power.GpuMethod, [.. filled, .. Enumerable.Repeat(host.Segments, hosts).SelectMany(s => s)], gpus.Average(g => g.Coverage), text);
    }

    /// <summary>Sensors that saw less than half of an attempt say less about it than a model does.</summary>
    internal static bool Usable(IReadOnlyList<EnergyReading>? readings) =>
        readings is { Count: > 0 } && readings.All(r => r.Coverage >= LeastCoverage);

    private static string Unmeasured(RunEnergyInputs inputs)
    {
        if (inputs.Power is not { } power || inputs.GpuCount == 0)
            return "";
        return power.Gpus is { Count: > 0 } seen
            ? $". Not measured: the sensors cover {Number(100 * seen.Min(g => g.Coverage))} % of the time, less than half"
            : power.GpuProblem is { } problem ? $". Not measured: {problem}" : "";
    }

    private static EnergyRecord Record(RunEnergyInputs inputs, EnergyChoice choice)
    {
        var booked = EmissionsAccount.Book(choice.Segments, new PowerUsageEffectiveness(inputs.PueMilli), ZoneOf(inputs));
        var energy = new Energy(Energy.FromJoules(choice.Segments.Sum(s => s.Joules)).MilliwattHours * choice.Times);
        var emissions = new Emissions(booked.Emissions.Milligrams * choice.Times);
        return new EnergyRecord
        {
            EnergyMilliwattHours = energy.MilliwattHours,
            EmissionsMilligrams = emissions.Milligrams,
            IntensityMilligramsPerKwh = booked.MeanIntensity.MilligramsPerKilowattHour,
            PueMilli = inputs.PueMilli,
            Method = choice.Method.ToString(),
            CoveragePercent = (int)Math.Round(100 * choice.Coverage),
            IntensityQuality = booked.Quality.ToString(),
            IntensitySource = booked.Source,
            Basis = $"{choice.Prefix ?? choice.Method.Describe()} {choice.Basis}.",
            KWh = KWh(energy),
            GCO2e = Grams(emissions),
        };
    }

    private static ZoneIntensity<AverageSignal> ZoneOf(RunEnergyInputs inputs) => inputs.Intensity ?? YearlyIntensity.Of(inputs.Zone);

    private static EnergySegment Even(RunEnergyInputs inputs, double joules) => EnergySegment.Uniform(inputs.Ended - inputs.Trained, inputs.Ended, joules, measured: false);

    // By energy; two attempts without any count alike.
    private static long Weighted(EnergyRecord left, EnergyRecord right, Func<EnergyRecord, long> value)
    {
        var (a, b) = ((decimal)left.EnergyMilliwattHours, (decimal)right.EnergyMilliwattHours);
        if (a + b == 0)
            (a, b) = (1, 1);
        return (long)Math.Round(((a * value(left)) + (b * value(right))) / (a + b), MidpointRounding.AwayFromZero);
    }

    private static string? Worse(string? left, string? right) =>
        Enum.TryParse<IntensityQuality>(left, out var a) && Enum.TryParse<IntensityQuality>(right, out var b) ? (a > b ? a : b).ToString() : right ?? left;

    private static int Rank(string method) =>
        Enum.TryParse<MeasurementMethod>(method, out var parsed) ? (int)parsed : int.MaxValue;

    private static string Range(EnergyBand band) => RunHostEnergy.RangeOf(band);

    private static string KWh(Energy energy) => RunHostEnergy.KWh(energy);

    private static string Grams(Emissions emissions) => emissions.Grams.ToString("0.###", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Count(int value) => value.ToString(CultureInfo.InvariantCulture);
}
