using System.Globalization;
using ModelOperator.Carbon;
using ModelOperator.Carbon.Metering;

namespace ModelOperator.EnergyMetering;

/// <summary>Energy of CPU and memory of one attempt: from sensors where they saw enough of it, else by the model. Memory without a sensor of its own is always modelled. Pure.</summary>
/// <param name="Segments">Over time.</param>
/// <param name="Band">With its band; for what was measured the ends are the figure itself.</param>
/// <param name="Measured">True when the CPU was measured.</param>
/// <param name="Coverage">Share of the time that was measured; 1 for a model, which covers all of it.</param>
/// <param name="Text">For the basis.</param>
internal sealed record RunHostEnergy(IReadOnlyList<EnergySegment> Segments, EnergyBand Band, bool Measured, double Coverage, string Text)
{
    /// <summary>The band for people; nothing for what was measured.</summary>
    public string Range => Measured ? "" : RangeOf(Band);

    public static RunHostEnergy Of(RunEnergyInputs inputs)
    {
        var start = inputs.Ended - inputs.Trained;
        if (RunEnergyMeter.Usable(inputs.Power?.Cpu))
            return FromSensors(inputs, start);
        var cores = inputs.CpuCores ?? 1;
        var seconds = inputs.CpuSeconds ?? cores * inputs.Trained.TotalSeconds;
        var text = inputs.CpuSeconds is { } reported
            ? $"CPU: {Number(reported)} CPU seconds {inputs.CpuToldBy}"
            : $"CPU: {Number(inputs.Trained.TotalSeconds)} s of {Number(cores)} {(inputs.CpuCores is null ? "assumed cores" : "cores")}, all busy";
        text += $" at {Number(CpuPowerModel.Default.PerCore.Watts)} W, {Number(inputs.MemoryGibibytes)} GiB of memory";
        var band = CpuPowerModel.Default.Estimate(seconds, inputs.MemoryGibibytes, inputs.Trained);
        return new([EnergySegment.Uniform(start, inputs.Ended, band.Expected.Joules, measured: false)], band, false, 1, text);
    }

    /// <summary>A reading whose gaps carry the mean power of what was seen, so that a gap never makes a run cheaper.</summary>
    public static IEnumerable<EnergySegment> Filled(EnergyReading reading)
    {
        var seconds = reading.Segments.Sum(s => s.Duration.TotalSeconds);
        var watts = seconds > 0 ? reading.Joules / seconds : 0;
        var at = reading.Start;
        foreach (var segment in reading.Segments)
        {
            if (segment.Start > at)
                yield return new(at, segment.Start, watts, watts, Measured: false);
            yield return segment;
            at = segment.End;
        }

        if (at < reading.End)
            yield return new(at, reading.End, watts, watts, Measured: false);
    }

    /// <summary>A band for people.</summary>
    public static string RangeOf(EnergyBand band) => $"; between {KWh(band.Low)} and {KWh(band.High)} kWh";

    /// <summary>Kilowatt-hours for people.</summary>
    public static string KWh(Energy energy) => energy.KilowattHours.ToString("0.######", CultureInfo.InvariantCulture);

    private static RunHostEnergy FromSensors(RunEnergyInputs inputs, DateTimeOffset start)
    {
        var power = inputs.Power!;
        List<EnergySegment> segments = [.. power.Cpu!.SelectMany(Filled)];
        var text = $"CPU: {Number(segments.Sum(s => s.Joules))} J, {power.CpuSource}";
        if (!power.CpuIncludesMemory)
        {
            var memory = CpuPowerModel.Default.RamPower(inputs.MemoryGibibytes).JoulesOver(inputs.Trained);
            if (memory > 0)
                segments.Add(EnergySegment.Uniform(start, inputs.Ended, memory, measured: false));
            text += $", {Number(inputs.MemoryGibibytes)} GiB of memory modelled";
        }

        var energy = Energy.FromJoules(segments.Sum(s => s.Joules));
        return new(segments, new(energy, energy, energy), true, power.Cpu!.Min(c => c.Coverage), text);
    }

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
