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

    private double InOne(int arrival) => trace.Sum(Trace.StartOf(arrival, job.Slack, TimeSpan.FromHours(job.Hours), Forecast), job.Hours);

    private double InPieces(int arrival)
    {
        var (left, sum) = (job.Hours, 0.0);
        for (var hour = arrival; left > 0; hour++)
        {
            var plan = CarbonAwareScheduler.Interruptible(Forecast(hour).Profile, new ScheduleRequest(Trace.At(hour), Trace.At(arrival + job.Window), TimeSpan.FromHours(left)));
            if (plan!.Runs[0].Start > Trace.At(hour))
                continue;
            sum += trace.Hours[hour];
            left--;
        }

        return sum;
    }

    private DecisionForecast Forecast(int hour) => forecasts[hour] ??= trace.Forecast(hour, job.Window);
}
