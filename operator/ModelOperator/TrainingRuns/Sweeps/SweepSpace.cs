namespace ModelOperator.TrainingRuns.Sweeps;

/// <summary>The points of a sweep: all of a grid, or draws. Pure functions of the spec and its seed.</summary>
public static class SweepSpace
{
    /// <summary>Most trials of one sweep: each is a row of its status.</summary>
    public const int MaxTrials = 256;

    private static readonly SweepChoice?[] NoChoice = [null];

    /// <summary>Number of points of the grid; saturates.</summary>
    public static long GridSize(TrainingSweep sweep)
    {
        long size = Math.Max(1, sweep.Choices?.Count ?? 0);
        foreach (var parameter in sweep.Parameters ?? [])
            size = Math.Min(size * Axis(parameter).Count, int.MaxValue);
        return size;
    }

    /// <summary>Every point of the grid once; the alternatives change slowest, the last parameter fastest.</summary>
    public static IReadOnlyList<SweepPoint> Grid(TrainingSweep sweep)
    {
        IEnumerable<SweepPoint> points = Choices(sweep).Select(static c => new SweepPoint(c, []));
        foreach (var parameter in sweep.Parameters ?? [])
        {
            var axis = Axis(parameter);
            points = points.SelectMany(p => axis.Select(v => p with { Values = [.. p.Values, KeyValuePair.Create(parameter.Name, v)] }));
        }

        return [.. points.Take(MaxTrials)];
    }

    /// <summary>
    /// So many different draws; fewer when the space holds no more. More draws begin with the same ones: a longer sweep repeats nothing.
    /// </summary>
    public static IReadOnlyList<SweepPoint> Draws(TrainingSweep sweep, int count)
    {
        var random = new SplitMix64(unchecked((ulong)sweep.Seed));
        var choices = Choices(sweep);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        List<SweepPoint> points = [];
        // A small space is used up by chance: after so many repetitions nothing new is likely to come.
        for (var tries = 0; points.Count < count && tries < 64 * (count + 1); tries++)
        {
            var choice = choices[random.Index(choices.Length)];
            var point = new SweepPoint(choice, [.. (sweep.Parameters ?? []).Select(p => KeyValuePair.Create(p.Name, Draw(p, random)))]);
            if (seen.Add(point.Key))
                points.Add(point);
        }

        return points;
    }

    /// <summary>Values of a parameter on the grid, each once.</summary>
    public static IReadOnlyList<string> Axis(SweepParameter parameter)
    {
        if (parameter.Values is { Count: > 0 } values)
            return [.. values.Distinct(StringComparer.Ordinal)];
        var count = parameter.Count ?? 1;
        return
        [
            .. Enumerable.Range(0, count)
                .Select(i => SweepNumbers.Text(parameter, SweepNumbers.At(parameter, count == 1 ? 0 : (double)i / (count - 1))))
                .Distinct(StringComparer.Ordinal),
        ];
    }

    private static string Draw(SweepParameter parameter, SplitMix64 random)
    {
        if (parameter.Values is { Count: > 0 } values)
            return values[random.Index(values.Count)];
        var share = random.Unit();
        // Each integer of a linear range has the same chance, the ends too.
        if (parameter is { Type: SweepNumberType.Integer, Scale: SweepScale.Linear })
            return SweepNumbers.Text(parameter, parameter.Minimum!.Value + Math.Floor(share * (parameter.Maximum!.Value - parameter.Minimum.Value + 1)));
        return SweepNumbers.Text(parameter, SweepNumbers.At(parameter, share));
    }

    private static SweepChoice?[] Choices(TrainingSweep sweep) => sweep.Choices is { Count: > 0 } choices ? [.. choices] : NoChoice;
}
