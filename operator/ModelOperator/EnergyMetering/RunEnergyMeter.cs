using System.Globalization;
using ModelOperator.Api;
using ModelOperator.Carbon;
using ModelOperator.Carbon.Accounting;
using ModelOperator.Carbon.Data;
using ModelOperator.Carbon.Metering;

namespace ModelOperator.EnergyMetering;

/// <summary>
/// Energy of one attempt, with the way it was got. Order: joules that the trainer reported for its GPUs, else a model. A run that says
/// device=cpu, or that holds no GPU, is modelled from its CPU time and memory; a GPU's energy is never invented for it. Pure.
/// </summary>
public static class RunEnergyMeter
{
    private const string Cpu = "cpu";

    /// <summary>The record of an attempt; null when the trainer never ran.</summary>
    public static EnergyRecord? Measure(RunEnergyInputs inputs)
    {
        if (inputs.Trained <= TimeSpan.Zero)
            return null;
        return inputs.Nodes > 1 ? OfNodes(inputs) : OfOne(inputs);
    }

    /// <summary>
    /// Several nodes: what one used, times their number. Joules that rank 0 reported are of its own GPUs only: taken for all they are a model
    /// and are called one.
    /// </summary>
    private static EnergyRecord? OfNodes(RunEnergyInputs inputs)
    {
        if (OfOne(inputs) is not { } one)
            return null;
        var energy = new Energy(one.EnergyMilliwattHours * inputs.Nodes);
        var emissions = new Emissions(one.EmissionsMilligrams * inputs.Nodes);
        return one with
        {
            EnergyMilliwattHours = energy.MilliwattHours,
            EmissionsMilligrams = emissions.Milligrams,
            Method = one.Method == nameof(MeasurementMethod.ReportedByTrainer) ? nameof(MeasurementMethod.ModelledGPU) : one.Method,
            Basis = $"{Count(inputs.Nodes)} nodes, each as rank 0: {one.Basis}",
            KWh = KWh(energy),
            GCO2e = Grams(emissions),
        };
    }

    private static EnergyRecord? OfOne(RunEnergyInputs inputs)
    {
        var host = Host(inputs, out var hostText);
        if (inputs.Device == Cpu || inputs.GpuCount == 0)
            return Record(inputs, MeasurementMethod.ModelledCPU, host.Expected, $"{hostText}{Range(host)}");
        if (inputs.GpuJoules is { } joules and > 0)
        {
            var energy = Energy.FromJoules(joules) + host.Expected;
            return Record(inputs, MeasurementMethod.ReportedByTrainer, energy, $"GPU: {Number(joules)} J reported by the trainer; {hostText}");
        }

        var gpu = GpuPowerTable.BuiltIn.Lookup(inputs.GpuModel);
        var band = GpuPowerModel.Default.Estimate(inputs.GpuCount, gpu.Tdp, inputs.Trained);
        var whole = new EnergyBand(band.Expected + host.Expected, band.Low + host.Low, band.High + host.High);
        var text = $"{Count(inputs.GpuCount)} x {gpu.Model} of {Number(gpu.Tdp.Watts)} W at utilisation {Number(GpuPowerModel.Default.Utilisation)}; {hostText}{Range(whole)}";
        return Record(inputs, MeasurementMethod.ModelledGPU, whole.Expected, text);
    }

    /// <summary>Energy of all attempts: sums, and the method that is worth least.</summary>
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
            Method = worse.Method,
            Basis = $"Sum over attempts; the last: {next.Basis}",
            KWh = KWh(energy),
            GCO2e = Grams(emissions),
        };
    }

    private static EnergyBand Host(RunEnergyInputs inputs, out string text)
    {
        var cores = inputs.CpuCores ?? 1;
        var seconds = inputs.CpuSeconds ?? cores * inputs.Trained.TotalSeconds;
        text = inputs.CpuSeconds is { } reported
            ? $"CPU: {Number(reported)} CPU seconds reported by the trainer"
            : $"CPU: {Number(inputs.Trained.TotalSeconds)} s of {Number(cores)} {(inputs.CpuCores is null ? "assumed cores" : "cores")}, all busy";
        text += $" at {Number(CpuPowerModel.Default.PerCore.Watts)} W, {Number(inputs.MemoryGibibytes)} GiB of memory";
        return CpuPowerModel.Default.Estimate(seconds, inputs.MemoryGibibytes, inputs.Trained);
    }

    private static EnergyRecord Record(RunEnergyInputs inputs, MeasurementMethod method, Energy energy, string basis)
    {
        var grid = GridIntensityTable.BuiltIn.Lookup(inputs.Zone);
        var pue = new PowerUsageEffectiveness(inputs.PueMilli);
        var emissions = EmissionsCalculator.AtConstantIntensity(energy, pue, grid.Intensity);
        return new EnergyRecord
        {
            EnergyMilliwattHours = energy.MilliwattHours,
            EmissionsMilligrams = emissions.Milligrams,
            IntensityMilligramsPerKwh = grid.Intensity.MilligramsPerKilowattHour,
            PueMilli = inputs.PueMilli,
            Method = method.ToString(),
            CoveragePercent = 100,
            IntensitySource = GridText(grid, inputs.Zone),
            Basis = $"{method.Describe()} {basis}.",
            KWh = KWh(energy),
            GCO2e = Grams(emissions),
        };
    }

    /// <summary>Zone, year and source of an intensity, for people.</summary>
    public static string GridText(GridIntensity grid, string? asked) => grid.IsWorldFallback
        ? $"{grid.Zone} {Count(grid.Year)} (zone '{asked ?? "none"}' is not in the table), {grid.Source}"
        : $"{grid.Zone} {Count(grid.Year)}, {grid.Source}";

    private static int Rank(string method) =>
        Enum.TryParse<MeasurementMethod>(method, out var parsed) ? (int)parsed : int.MaxValue;

    private static string Range(EnergyBand band) => $"; between {KWh(band.Low)} and {KWh(band.High)} kWh";

    private static string KWh(Energy energy) => energy.KilowattHours.ToString("0.######", CultureInfo.InvariantCulture);

    private static string Grams(Emissions emissions) => emissions.Grams.ToString("0.###", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Count(int value) => value.ToString(CultureInfo.InvariantCulture);
}
