using System.Globalization;
using ModelOperator.Carbon;
using ModelOperator.Carbon.Accounting;
using ModelOperator.Carbon.Grid;
using ModelOperator.Carbon.Scheduling;

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

    internal static DateTimeOffset At(int hour) => Start.AddHours(hour);

    /// <summary>What the operator expects at the begin of an hour, which itself is not known yet.</summary>
    internal DecisionForecast Forecast(int hour, int ahead)
    {
        var past = Hours[Math.Max(0, hour - HistoryForecast.Hours)..hour].Select(static value => (double?)value).ToArray();
        var slots = HistoryForecast.Predict(past, ahead).Select((value, h) => new IntensitySlot(At(hour + h), At(hour + h + 1), new CarbonIntensity((long)value), Estimated: true));
        return new(new IntensityProfile(IntensitySignal.Average, Zone, slots), At(hour + ahead), "history");
    }

    /// <summary>The hour at which the operator lets contiguous work go that arrives at another, deciding anew at each hour with what is known by then.</summary>
    internal static int StartOf(int arrival, int slack, TimeSpan work, Func<int, DecisionForecast> forecast)
    {
        DateTimeOffset? chosen = null;
        for (var hour = arrival; ; hour++)
        {
            var decision = CarbonAwareStart.Decide(forecast(hour), new StartRequest(At(hour), At(arrival + slack), work), chosen);
            if (!decision.Waits)
                return hour;
            chosen = decision.Start;
        }
    }

    internal double Sum(int from, int hours)
    {
        var sum = 0.0;
        for (var hour = from; hour < from + hours; hour++)
            sum += Hours[hour];
        return sum;
    }
}
