using ModelOperator.Carbon;
using ModelOperator.Carbon.Metering;
using ModelOperator.CarbonBench;
using ModelOperator.TrainingRuns;
using ModelOperator.TrainingRuns.Sweeps;

namespace ModelOperator.MonthBench;

/// <summary>
/// September 2022 of one team: a sweep every Monday, five models trained every night (their data changes on working days), two long trainings, two servers.
/// Whatever is done, the same work arrives and the same nodes are taken away. The sweeps, the starts and the power are the operator's own code.
/// </summary>
/// <param name="trace">The grid.</param>
/// <param name="housing">What trials really reach.</param>
internal sealed class Month(Trace trace, Housing housing)
{
    internal const int Days = 30;
    private const int Begin = 243 * 24;
    private const double Pue = 1.2;

    /// <summary>Hours between two evictions of a run, in the mean: nodes that may be taken away.</summary>
    private const double EvictionEvery = 72;
    private const double CheckpointEvery = 0.5;
    private const double Restart = 0.1;

    /// <summary>GPU hours of a trial with all its rounds.</summary>
    private const double TrialHours = 4;
    private const long Rounds = 270;

    /// <summary>A sweep may wait for the night, and for the day after it.</summary>
    private const int SweepSlack = 24;

    // An A100 SXM4 at the model's utilisation, 8 cores at 4 W and 64 GB at 0.3725 W/GB beside it.
    private static readonly double Watts = GpuPowerModel.Default.PowerOf(1, new Power(400)).Watts + (8 * 4) + (64 * 0.3725);

    // USD an hour on demand, of the order that clouds ask for them; of a ratio no more is needed.
    private const double Price = 2.5;
    private const double ServerPrice = 0.8;

    // An L4 that answers now and then.
    private static readonly double ServerWatts = (GpuPowerModel.Default with { Utilisation = 0.3 }).PowerOf(1, new Power(72)).Watts + (4 * 4) + (16 * 0.3725);

    private static readonly SweepHalving Halving = new() { Parameter = "rounds", Minimum = 30, Maximum = Rounds, Factor = 3 };

    internal (Bill Bill, double Rmse) Play(Practice practice)
    {
        var bill = Serving();
        var best = double.MaxValue;
        ulong seed = 1;
        for (var day = 0; day < Days; day++)
        {
            var weekday = Trace.Start.AddHours(Begin).AddDays(day).DayOfWeek;
            if (weekday == DayOfWeek.Monday)
            {
                var (sweep, rmse) = Sweep(practice, (day * 24) + 9, (ulong)(1000 * day));
                bill = sweep.Aggregate(bill, (sum, work) => sum + Run(work, practice));
                best = Math.Min(best, rmse);
            }

            for (var model = 0; model < 5; model++)
                bill += Run(new Work(seed++, (day * 24) + 2, 6, 1, 12, IsRepeat: weekday is DayOfWeek.Sunday or DayOfWeek.Monday), practice);
            if (day is 4 or 18)
                bill += Run(new Work(seed++, (day * 24) + 10, 48, 8, 48), practice);
        }

        return (bill, best);
    }

    private Bill Serving() => Enumerable.Range(0, Days * 24).Aggregate(new Bill(), (sum, hour) => sum + new Bill(
        2 * ServerWatts * Pue / 1000 * trace.Hours[Begin + hour] / 1000, 2 * ServerWatts * Pue / 1000, 2, 2 * ServerPrice));

    /// <summary>The operator's own schedule of trials, with what each of them really reaches.</summary>
    private (List<Work> Trials, double Rmse) Sweep(Practice practice, int arrival, ulong seed)
    {
        var halving = practice.Halving;
        var sweep = new TrainingSweep
        {
            Algorithm = halving ? SweepAlgorithm.SuccessiveHalving : SweepAlgorithm.Grid,
            Parameters =
            [
                new() { Name = "max_depth", Values = ["4", "6", "8"] },
                new() { Name = "eta", Values = ["0.05", "0.1", "0.2"] },
                new() { Name = "min_child_weight", Values = ["1", "5", "20"] },
            ],
            Objective = new() { Metric = "rmse", Goal = SweepGoal.Minimize },
            Halving = halving ? Halving with { Resume = practice.Checkpoints ? TrainingResume.Auto : null } : null,
            Trials = halving ? 39 : null,
            Parallelism = 27,
        };
        // It waits as a whole; the trials of a rung begin together, when those of the one before have ended.
        var start = practice.Waits ? StartOf(new Work(seed, arrival, TrialHours * SweepRungs.Rounds(sweep), 1, SweepSlack)) : arrival;
        var rungs = SweepRungs.Resources(Halving);
        List<SweepTrial> rows = [];
        List<(double At, double Hours, double Rmse)> reached = [];
        while (SweepSchedule.Of(sweep, rows) is var schedule && rows.Count < schedule.Trials.Count)
        {
            var at = reached.Count == 0 ? start : reached[^1].At + reached[^1].Hours;
            foreach (var plan in schedule.Trials.Skip(rows.Count).ToList())
            {
                var rounds = plan.Resource?.Value ?? Rounds;
                var rmse = housing.Rmse(plan.Point, rounds, rungs);
                var done = plan.ContinueFrom is null ? 0 : rungs[plan.Rung!.Value - 2];
                rows.Add(new() { Trial = plan.Number, Uid = $"trial-{plan.Number}", State = SweepTrialState.Succeeded, Rung = plan.Rung, Value = rmse.ToString("R", System.Globalization.CultureInfo.InvariantCulture) });
                reached.Add((at, TrialHours * (rounds - done) / Rounds, rmse));
            }
        }

        var best = reached.Min(static r => r.Rmse);
        return ([.. reached.Select((r, i) => new Work(seed + (ulong)i, r.At, r.Hours, 1, 0, Wins: r.Rmse == best))], best);
    }

    private Bill Run(Work work, Practice practice)
    {
        if (work.IsRepeat && practice.Reuse)
            return new();
        var evictions = new SplitMix64(work.Seed);
        var (at, left, lost) = (practice.Waits && work.Slack > 0 ? StartOf(work) : work.Arrival, work.Hours, 0.0);
        var bill = new Bill();
        while (true)
        {
            var until = -Math.Log(1 - evictions.Unit()) * EvictionEvery;
            var hours = Math.Min(left, until);
            bill += Hold(at, hours, work.Gpus);
            if (hours == left)
                break;
            var again = Restart + (practice.Checkpoints ? hours % CheckpointEvery : hours);
            (at, left, lost) = (at + hours, left - hours + again, lost + again);
        }

        return bill with { Wasted = work.IsRepeat || !work.Wins ? bill.GpuHours : lost * work.Gpus };
    }

    private double StartOf(Work work) =>
        Trace.StartOf(Begin + (int)work.Arrival, work.Slack, TimeSpan.FromHours(work.Hours), hour => trace.Forecast(hour, (int)Math.Ceiling(work.Hours) + work.Slack)) - Begin;

    private Bill Hold(double at, double hours, int gpus)
    {
        var bill = new Bill(GpuHours: hours * gpus, Cost: hours * gpus * Price);
        for (var end = at + hours; at < end;)
        {
            var next = Math.Min(end, Math.Floor(at) + 1);
            var energy = (next - at) * gpus * Watts * Pue / 1000;
            bill += new Bill(energy * trace.Hours[Begin + (int)Math.Floor(at)] / 1000, energy);
            at = next;
        }

        return bill;
    }
}
