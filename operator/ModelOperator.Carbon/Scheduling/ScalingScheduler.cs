using ModelOperator.Carbon.Accounting;

namespace ModelOperator.Carbon.Scheduling;

/// <summary>
/// Work that may use more or fewer workers over time (elastic training): greedy by marginal work per marginal gram, the algorithm of CarbonScaler
/// (Hanafy et al. 2023, arXiv 2302.08681). Where every further worker adds less work per watt than the one before it, no schedule emits less.
/// </summary>
public static class ScalingScheduler
{
    /// <summary>Hours of work that only rounding can leave over.</summary>
    private const double Rounding = 1e-9;

    /// <summary>
    /// Takes the places (slot, n-th worker) in the order of marginalThroughput / (marginalPower * I), the n-th of a slot only after the one before it, until the work
    /// is done; the last place is taken for as long as needed, from its slot's start. Ties take the earlier slot.
    /// </summary>
    /// <param name="profile">Intensity over the request's time.</param>
    /// <param name="request">Time; its duration is the work as hours of one worker. Minimum runs and resume costs are not looked at.</param>
    /// <param name="scales">What 1, 2, ... workers do and draw. A step that adds no work ends the list.</param>
    /// <returns>Null where the work does not fit even with all workers, or the profile does not cover the time.</returns>
    /// <exception cref="ArgumentException">No scales, or one without power.</exception>
    public static ScalingSchedule? Greedy(IntensityProfile profile, ScheduleRequest request, IReadOnlyList<WorkerScale> scales)
    {
        var steps = Steps(scales);
        var pieces = request.Deadline > request.Now ? profile.Split(request.Now, request.Deadline).ToList() : [];
        if (request.Duration <= TimeSpan.Zero || pieces.Exists(p => p.Intensity is null))
            return null;
        var places = new PriorityQueue<int, (double Cost, int Piece)>(pieces.Select((p, i) => (i, (Cost(p, steps[0]), i))));
        var workers = new int[pieces.Count];
        var left = request.Duration.TotalHours;
        while (places.TryDequeue(out var at, out _))
        {
            var step = steps[workers[at]];
            workers[at]++;
            var gain = step.Throughput * (pieces[at].End - pieces[at].Start).TotalHours;
            if (gain >= left - Rounding)
                return Result(pieces, workers, scales, at, Math.Min(left, gain) / step.Throughput);
            left -= gain;
            if (workers[at] < steps.Count)
                places.Enqueue(at, (Cost(pieces[at], steps[workers[at]]), at));
        }

        return null;
    }

    /// <summary>What each further worker adds.</summary>
    private static List<WorkerScale> Steps(IReadOnlyList<WorkerScale> scales)
    {
        if (scales.Count == 0 || scales.Any(static s => s.Power.Watts <= 0 || !double.IsFinite(s.Throughput)))
            throw new ArgumentException("one scale at least, each with power and a finite throughput", nameof(scales));
        var steps = new List<WorkerScale>();
        for (var n = 0; n < scales.Count; n++)
        {
            var before = n == 0 ? default : scales[n - 1];
            var step = new WorkerScale(scales[n].Throughput - before.Throughput, new(Math.Max(0, scales[n].Power.Watts - before.Power.Watts)));
            if (step.Throughput <= 0)
                break;
            steps.Add(step);
        }

        return steps.Count > 0 ? steps : throw new ArgumentException("one worker does some work", nameof(scales));
    }

    private static double Cost(IntensityPiece piece, WorkerScale step) => piece.Intensity!.Value.MilligramsPerKilowattHour * step.Power.Watts / step.Throughput;

    private static ScalingSchedule Result(List<IntensityPiece> pieces, int[] workers, IReadOnlyList<WorkerScale> scales, int last, double hours)
    {
        var runs = new List<ScaledRun>();
        double milligrams = 0, kilowattHours = 0;
        void Add(DateTimeOffset start, DateTimeOffset end, int count, CarbonIntensity intensity)
        {
            if (count == 0 || end <= start)
                return;
            var energy = scales[count - 1].Power.Watts / 1000 * (end - start).TotalHours;
            kilowattHours += energy;
            milligrams += energy * intensity.MilligramsPerKilowattHour;
            if (runs is [.., var before] && before.End == start && before.Workers == count)
                runs[^1] = before with { End = end };
            else
                runs.Add(new(start, end, count));
        }

        for (var i = 0; i < pieces.Count; i++)
        {
            var cut = i == last ? pieces[i].Start + TimeSpan.FromHours(hours) : pieces[i].End;
            Add(pieces[i].Start, cut, workers[i], pieces[i].Intensity!.Value);
            Add(cut, pieces[i].End, workers[i] - 1, pieces[i].Intensity!.Value);
        }

        return new(runs, milligrams, kilowattHours);
    }
}
