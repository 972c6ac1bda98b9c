using System.Globalization;
using ModelOperator.Carbon;
using ModelOperator.Carbon.Data;
using ModelOperator.Carbon.Metering;

namespace ModelOperator.EnergyMetering;

/// <summary>
/// Energy of a Pod's GPUs out of series of whole boards. Keyed by the board's UUID first, shared second, since exporters repeat a board's figure for every
/// holder. A board that one Pod holds is its, idle energy included. MIG: slices/7 of the board, since exporters give no instance its own energy. Time-slicing:
/// at every moment an equal part among the Pods that the series show on the board. Pure.
/// </summary>
public static class GpuSeries
{
    private const double MigSlices = 7;
    private const double MillijoulesPerJoule = 1000;

    /// <summary>The evidence; with a problem when not every GPU that the Pod held can be told.</summary>
    /// <param name="question">Which Pod, when.</param>
    /// <param name="boards">All series of the boards that the Pod was seen on, of whichever Pod.</param>
    public static PowerEvidence Read(PowerQuestion question, IReadOnlyList<PowerSeries> boards)
    {
        var own = boards.Where(s => s.Pod == (question.Namespace, question.Pod)).ToList();
        var devices = own.Select(s => (Uuid: s.Label(PowerMetrics.UuidLabel), Instance: s.Label(PowerMetrics.InstanceLabel))).Where(d => d.Uuid.Length > 0).Distinct().ToList();
        if (devices.Count < question.Gpus)
            return new() { GpuProblem = $"the series show {Count(devices.Count)} of the {Count(question.Gpus)} GPUs of the Pod" };
        var readings = new List<EnergyReading>();
        var rules = new SortedSet<string>(StringComparer.Ordinal);
        var method = MeasurementMethod.MeasuredCounter;
        foreach (var board in devices.GroupBy(d => d.Uuid, StringComparer.Ordinal))
        {
            var series = boards.Where(s => s.Label(PowerMetrics.UuidLabel) == board.Key).ToList();
            var (reading, counter) = Board(question, series);
            if (reading is null)
                return new() { GpuProblem = $"GPU {board.Key} has neither a counter nor power samples in the series" };
            var (shared, rule) = Share(question, reading, series, [.. board.Select(b => b.Instance)], own);
            rules.Add(rule);
            readings.Add(shared);
            method = counter ? method : MeasurementMethod.MeasuredPower;
        }

        return new()
        {
            Gpus = readings,
            GpuMethod = method,
            GpuUtilisationPercent = Utilisation(question, own),
            GpuSource = $"{Exporter(own)}, {Count(readings.Count)} GPU{(readings.Count == 1 ? "" : "s")}, {string.Join(" and ", rules)}{Flags(readings)}",
        };
    }

    /// <summary>Mean over the boards that tell it; a board that several hold tells what all of them do.</summary>
    private static int? Utilisation(PowerQuestion question, List<PowerSeries> own)
    {
        var means = own.Where(static s => s.Name == PowerMetrics.DcgmUtilisation)
            .Select(s => s.Samples.Where(v => v.At >= question.Start && v.At < question.End && v.Value is >= 0 and <= 100).Select(static v => v.Value).DefaultIfEmpty(double.NaN).Average())
            .Where(double.IsFinite).ToList();
        return means.Count > 0 ? (int)Math.Round(means.Average()) : null;
    }

    private static (EnergyReading? Reading, bool Counter) Board(PowerQuestion question, List<PowerSeries> series)
    {
        var counts = OneExporter(series, PowerMetrics.DcgmEnergy, 1, PowerMetrics.AgentEnergy, MillijoulesPerJoule).Select(s => new CounterReading(s.At, Whole(s.Value))).Distinct().ToList();
        var power = OneExporter(series, PowerMetrics.DcgmPower, 1, PowerMetrics.AgentPower, 1).Select(s => new PowerSample(s.At, s.Value)).Distinct().ToList();
        var options = new MeteringOptions(Spacing(counts.Count > 1 ? counts.Select(c => c.At) : power.Select(p => p.At)));
        if (counts.Count > 1)
        {
            var reading = EnergyFromCounter.Sum(EnergyCounter.Nvml(Limit(series)), counts, question.Start, question.End, power, options);
            if (reading.Coverage > 0)
                return (reading, true);
        }

        return power.Count > 1 ? (EnergyFromPowerSamples.Integrate(power, question.Start, question.End, options), false) : (null, false);
    }

    private static (EnergyReading Reading, string Rule) Share(
        PowerQuestion question, EnergyReading board, List<PowerSeries> series, List<string> instances, List<PowerSeries> own)
    {
        if (instances.Exists(i => i.Length > 0))
        {
            var slices = instances.Sum(i => Slices(own.First(s => s.Label(PowerMetrics.InstanceLabel) == i).Label(PowerMetrics.ProfileLabel)));
            return (board.Scaled(slices / MigSlices), $"MIG: {Count(slices)}/7 of the board");
        }

        var others = series
            .Where(s => s.Pod.Pod.Length > 0 && s.Pod != (question.Namespace, question.Pod))
            .GroupBy(s => s.Pod)
            .Select(g => g.SelectMany(s => s.Samples).Where(v => v.At >= question.Start && v.At < question.End).Select(v => v.At).ToList())
            .Where(times => times.Count > 0)
            .Select(times => (Start: times.Min(), End: times.Max()))
            .ToList();
        return others.Count == 0
            ? (board, "whole boards, idle energy included")
            : (board.Scaled(at => 1.0 / (1 + others.Count(o => o.Start <= at && at < o.End)), others.SelectMany(o => new[] { o.Start, o.End })), "time-sliced: an equal part among the holders of each moment");
    }

    /// <summary>
    /// The samples of one exporter: two that tell the same counter, or one that is scraped twice, lag behind each other, and a counter that seems to fall would
    /// be taken for a reset. DCGM's before the agent's; of several targets the one with the most samples.
    /// </summary>
    private static IEnumerable<(DateTimeOffset At, double Value)> OneExporter(List<PowerSeries> series, string first, double factor, string second, double secondFactor)
    {
        var target = series.Where(s => s.Name == first || s.Name == second).GroupBy(s => (s.Name, s.Label("job"), s.Label("instance")))
            .OrderBy(g => g.Key.Name == first ? 0 : 1).ThenByDescending(g => g.SelectMany(s => s.Samples).Select(s => s.At).Distinct().Count())
            .FirstOrDefault();
        return target is null ? [] : Samples(target, target.Key.Name, target.Key.Name == first ? factor : secondFactor);
    }

    private static IEnumerable<(DateTimeOffset At, double Value)> Samples(IEnumerable<PowerSeries> series, string name, double factor) =>
        series.Where(s => s.Name == name).SelectMany(s => s.Samples).Select(s => (s.At, s.Value * factor));

    private static ulong? Whole(double value) => double.IsFinite(value) && value is >= 0 and < ulong.MaxValue ? (ulong)Math.Round(value) : null;

    private static TimeSpan Spacing(IEnumerable<DateTimeOffset> times)
    {
        var sorted = times.Distinct().Order().ToList();
        if (sorted.Count < 2)
            return TimeSpan.FromSeconds(15);
        var steps = sorted.Zip(sorted.Skip(1), static (a, b) => b - a).Order().ToList();
        var median = steps[steps.Count / 2];
        return median < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : median > TimeSpan.FromMinutes(5) ? TimeSpan.FromMinutes(5) : median;
    }

    // The board's own limit, else the rated power of its model; an unknown model takes the table's greatest.
    private static Power Limit(List<PowerSeries> series)
    {
        var limits = Samples(series, PowerMetrics.DcgmLimit, 1).Concat(Samples(series, PowerMetrics.AgentLimit, 1)).Where(s => s.Value is > 0 and < 1e5).Select(s => s.Value).ToList();
        if (limits.Count > 0)
            return new(limits.Max());
        return GpuPowerTable.BuiltIn.Lookup(series.Select(s => s.Label("modelName")).FirstOrDefault(m => m.Length > 0)?.Replace(' ', '-')).Tdp;
    }

    // "2g.20gb" has two slices; a profile that cannot be read counts as the whole board, which never understates.
    private static int Slices(string profile)
    {
        var g = profile.IndexOf('g', StringComparison.Ordinal);
        return g > 0 && int.TryParse(profile.AsSpan(0, g), NumberStyles.None, CultureInfo.InvariantCulture, out var slices) && slices is > 0 and <= 7 ? slices : 7;
    }

    private static string Exporter(List<PowerSeries> own) =>
        own.Exists(s => s.Name.StartsWith("DCGM", StringComparison.Ordinal)) ? "DCGM in Prometheus" : "energy agent in Prometheus";

    private static string Flags(List<EnergyReading> readings)
    {
        var flags = readings.Aggregate(EnergyFlags.None, static (all, r) => all | r.Flags) & ~(EnergyFlags.EdgeHeld | EnergyFlags.Duplicates);
        return flags == EnergyFlags.None ? "" : $" ({flags})";
    }

    private static string Count(int value) => value.ToString(CultureInfo.InvariantCulture);
}
