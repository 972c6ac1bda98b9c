using System.Globalization;

namespace ModelOperator.CarbonBench;

/// <summary>A year of hours of one zone, mg CO2e per kWh, life cycle.</summary>
/// <param name="Zone">Its name.</param>
/// <param name="Hours">8,760 values.</param>
internal sealed record Trace(string Zone, double[] Hours)
{
    /// <summary>First hour of July: what lies before fixes the constants, the rest scores them.</summary>
    internal const int July = 181 * 24;

    internal static readonly DateTimeOffset Start = new(2022, 1, 1, 0, 0, 0, TimeSpan.Zero);

    internal static Trace Read(string folder, string zone, string file)
    {
        var hours = File.ReadLines(Path.Combine(folder, file)).Skip(1)
            .Select(static line => 1000 * double.Parse(line.Split(',')[1], CultureInfo.InvariantCulture)).ToArray();
        return hours.Length == 8760 ? new(zone, hours) : throw new FormatException($"{file} has {hours.Length} hours, not 8760");
    }

    internal double Sum(int from, int hours)
    {
        var sum = 0.0;
        for (var hour = from; hour < from + hours; hour++)
            sum += Hours[hour];
        return sum;
    }
}
