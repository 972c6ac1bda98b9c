using System.Globalization;
using System.Text.Json;
using ModelOperator.Carbon;
using ModelOperator.Carbon.Metering;

namespace ModelOperator.CarbonTools;

/// <summary>Readings of one device from a CSV file (header <c>time,watts</c>, <c>time,millijoules</c> or <c>time,microjoules</c>) or a JSON array with the same names.</summary>
/// <param name="Unit">What was read.</param>
/// <param name="Readings">At least two, in any order.</param>
internal sealed record MeterFile(MeterUnit Unit, IReadOnlyList<MeterReading> Readings)
{
    /// <summary>Reads a file's text.</summary>
    /// <exception cref="FormatException">Names the line and what is allowed.</exception>
    /// <exception cref="JsonException">No such JSON.</exception>
    public static MeterFile Parse(string text)
    {
        var file = text.AsSpan().TrimStart().StartsWith("[") ? FromJson(text) : FromCsv(text);
        return file.Readings.Count >= 2 ? file : throw new FormatException($"the file has {file.Readings.Count} readings; energy needs two at least");
    }

    /// <summary>Energy by the operator's own rules.</summary>
    /// <param name="start">Start of the interval; the first reading when null.</param>
    /// <param name="end">End of the interval; the last reading when null.</param>
    /// <param name="every">How often the device was read.</param>
    /// <param name="limit">The device's power limit; needed for counters.</param>
    /// <param name="range">Where RAPL's counter begins again, µJ; needed for it.</param>
    /// <exception cref="FormatException">Something needed is missing, or the end is not after the start.</exception>
    public EnergyReading Energy(DateTimeOffset? start, DateTimeOffset? end, TimeSpan every, double? limit, ulong? range)
    {
        var (from, until) = (start ?? Readings.Min(static r => r.Time), end ?? Readings.Max(static r => r.Time));
        if (until <= from)
            throw new FormatException($"the end {until:O} is not after the start {from:O}");
        var options = new MeteringOptions(every);
        if (Unit == MeterUnit.Watts)
            return EnergyFromPowerSamples.Integrate(Readings.Select(static r => new PowerSample(r.Time, r.Watts ?? double.NaN)), from, until, options);
        var power = limit is > 0 ? new Power(limit.Value) : throw new FormatException("--limit-watts is needed for a counter: steps that the device cannot draw are left out");
        var counter = Unit == MeterUnit.Millijoules ? EnergyCounter.Nvml(power)
            : EnergyCounter.Rapl(range is > 0 ? range.Value : throw new FormatException("--range-microjoules is needed for a RAPL counter (max_energy_range_uj)"), power);
        return EnergyFromCounter.Sum(counter, Readings.Select(r => new CounterReading(r.Time, Unit == MeterUnit.Millijoules ? r.Millijoules : r.Microjoules)), from, until, null, options);
    }

    private static MeterFile FromJson(string text)
    {
        var readings = JsonSerializer.Deserialize(text, CarbonToolsJson.Default.ListMeterReading) ?? [];
        MeterUnit[] units = [.. Enum.GetValues<MeterUnit>().Where(u => readings.Exists(r => Has(r, u)))];
        return units is [var unit] ? new(unit, readings) : throw new FormatException("a reading has a time and, in all of the file, one of watts, millijoules and microjoules");
    }

    private static bool Has(MeterReading reading, MeterUnit unit) => unit switch
    {
        MeterUnit.Watts => reading.Watts is not null,
        MeterUnit.Millijoules => reading.Millijoules is not null,
        _ => reading.Microjoules is not null,
    };

    private static MeterFile FromCsv(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        MeterUnit unit = lines[0].Trim() switch
        {
            "time,watts" => MeterUnit.Watts,
            "time,millijoules" => MeterUnit.Millijoules,
            "time,microjoules" => MeterUnit.Microjoules,
            var other => throw new FormatException($"line 1: '{other}' must be time,watts or time,millijoules or time,microjoules"),
        };
        return new(unit, [.. lines.Skip(1).Select((line, i) => (line, number: i + 2)).Where(static l => l.line.Length > 0).Select(l => Row(unit, l.line, l.number))]);
    }

    private static MeterReading Row(MeterUnit unit, string line, int number)
    {
        if (line.Split(',') is not [var time, var value])
            throw new FormatException($"line {number}: a row has two fields");
        if (!DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            throw new FormatException($"line {number}: '{time}' is no time; write 2026-11-21T14:00:00Z");
        if (value.Length == 0)
            return new() { Time = at };
        if (unit == MeterUnit.Watts)
            return double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var watts) ? new() { Time = at, Watts = watts } : throw Bad(number, value);
        var count = ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var whole) ? whole : throw Bad(number, value);
        return unit == MeterUnit.Millijoules ? new() { Time = at, Millijoules = count } : new() { Time = at, Microjoules = count };
    }

    private static FormatException Bad(int line, string value) => new($"line {line}: '{value}' is no reading; leave it empty where the read failed");
}
