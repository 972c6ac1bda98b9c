using ModelOperator.Carbon;
using ModelOperator.Carbon.Accounting;
using ModelOperator.Carbon.Grid;
using ModelOperator.Carbon.Scheduling;

namespace ModelOperator.CarbonBench;

/// <summary>What jobs emit that arrive at an hour: the sum of the intensities of the hours in which they work.</summary>
/// <param name="trace">The grid.</param>
/// <param name="job">The job.</param>
internal sealed class Policies(Trace trace, Job job)
{
    private readonly DecisionForecast?[] forecasts = new DecisionForecast?[trace.Hours.Length];

    internal double Immediate(int arrival) => trace.Sum(arrival, job.Hours);

    /// <summary>Knows the future.</summary>
    internal double Oracle(int arrival, bool interruptible) => Planned(arrival, interruptible, static (hours, at, _) => hours[at]);

    /// <summary>Takes each hour to come for the same hour of the last day that is known, and keeps to the plan made at arrival.</summary>
    internal double Persistence(int arrival, bool interruptible) =>
        Planned(arrival, interruptible, static (hours, at, arrival) => hours[at - (24 * (((at - arrival) / 24) + 1))]);

    /// <summary>The operator's: forecasts from the hours before, and decides anew at every hour.</summary>
    internal double Ours(int arrival, bool interruptible) => interruptible ? InPieces(arrival) : InOne(arrival);

    private double Planned(int arrival, bool interruptible, Func<double[], int, int, double> expect)
    {
        var expected = Enumerable.Range(arrival, job.Window).Select(at => expect(trace.Hours, at, arrival)).ToArray();
        if (interruptible)
            return expected.Select((value, i) => (value, i)).OrderBy(static e => e).Take(job.Hours).Sum(e => trace.Hours[arrival + e.i]);
        var (sum, best, start) = (expected.Take(job.Hours).Sum(), double.MaxValue, 0);
        for (var s = 0; s <= job.Slack; s++)
        {
            // A gain of rounding's size is none.
            if (sum < best - 1e-6)
                (best, start) = (sum, s);
            if (s < job.Slack)
                sum += expected[s + job.Hours] - expected[s];
        }

        return trace.Sum(arrival + start, job.Hours);
    }

    private double InOne(int arrival)
    {
        DateTimeOffset? chosen = null;
        for (var hour = arrival; ; hour++)
        {
            var decision = CarbonAwareStart.Decide(Forecast(hour), new StartRequest(At(hour), At(arrival + job.Slack), TimeSpan.FromHours(job.Hours)), chosen);
            if (!decision.Waits)
                return trace.Sum(hour, job.Hours);
            chosen = decision.Start;
        }
    }

    private double InPieces(int arrival)
    {
        var (left, sum) = (job.Hours, 0.0);
        for (var hour = arrival; left > 0; hour++)
        {
            var plan = CarbonAwareScheduler.Interruptible(Forecast(hour).Profile, new ScheduleRequest(At(hour), At(arrival + job.Window), TimeSpan.FromHours(left)));
            if (plan!.Runs[0].Start > At(hour))
                continue;
            sum += trace.Hours[hour];
            left--;
        }

        return sum;
    }

    /// <summary>What is expected at the begin of an hour, which itself is not known yet.</summary>
    private DecisionForecast Forecast(int hour)
    {
        if (forecasts[hour] is { } made)
            return made;
        var past = trace.Hours[Math.Max(0, hour - HistoryForecast.Hours)..hour].Select(static value => (double?)value).ToArray();
        var slots = HistoryForecast.Predict(past, job.Window).Select((value, h) => new IntensitySlot(At(hour + h), At(hour + h + 1), new CarbonIntensity((long)value), Estimated: true));
        return forecasts[hour] = new(new IntensityProfile(IntensitySignal.Average, trace.Zone, slots), At(hour + job.Window), "history");
    }

    private static DateTimeOffset At(int hour) => Trace.Start.AddHours(hour);
}
