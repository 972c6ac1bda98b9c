using System.Collections.Immutable;

namespace ModelOperator.RollbackBench;

/// <summary>Plays the same seeded streams to every rule.</summary>
/// <param name="repeats">Rollouts per cell.</param>
internal sealed class Simulation(int repeats)
{
    /// <summary>Looks of a rollout.</summary>
    public const int Windows = 60;

    /// <summary>Error rate of the stable version.</summary>
    public const double BaseRate = 0.005;

    /// <summary>"Success rate of at least 99 %", the condition that both projects' guides show: twice the stable version's error rate.</summary>
    public const double Threshold = 0.01;

    /// <summary>Flagger's threshold in its guides.</summary>
    public const int FailedChecks = 5;

    /// <summary>Everything about one setting.</summary>
    public Result Play(Setting setting, IReadOnlyList<double> ratios)
    {
        var streams = ratios.Prepend(1).Select((ratio, i) => Draw(setting, ratio, i)).ToImmutableArray();
        var healthy = streams[0];
        var argo = Calibrated(healthy, (stream, failures) => Rules.Threshold(stream, Threshold, failures - 1));
        var flagger = Calibrated(healthy, (stream, failures) => Rules.Counter(stream, Threshold, failures));
        Rule[] rules =
        [
            new("sequential", stream => Rules.Sequential(stream, 0.1)),
            new("sequential, exact", stream => Rules.Sequential(stream, 0)),
            new("threshold", stream => Rules.Threshold(stream, Threshold, 0)),
            new("counter", stream => Rules.Counter(stream, Threshold, FailedChecks)),
            new("threshold, tuned", stream => Rules.Threshold(stream, Threshold, argo - 1)),
            new("counter, tuned", stream => Rules.Counter(stream, Threshold, flagger)),
        ];
        return new(setting, argo - 1, flagger, [.. rules.Select(rule => new Row(rule.Name, [.. streams.Select(some => Cell.Of(Judge(rule, some), Windows))]))]);
    }

    private Stream[] Draw(Setting setting, double ratio, int index)
    {
        var streams = new Stream[repeats];
        Parallel.For(0, repeats, i => streams[i] = Stream.Draw(new Random(Seed(setting, index, i)), setting, BaseRate * ratio, BaseRate, Windows));
        return streams;
    }

    /// <summary>A seed of its own for every rollout, the same on every machine.</summary>
    private static int Seed(Setting setting, int index, int i) => unchecked((((((setting.Requests * 131) + setting.Share) * 131) + index) * 1_000_003) + i);

    private static int?[] Judge(Rule rule, Stream[] streams)
    {
        var windows = new int?[streams.Length];
        Parallel.For(0, streams.Length, i => windows[i] = rule.Window(streams[i]));
        return windows;
    }

    /// <summary>The least number of failures with at most 1 % false alarms on these very streams: the best tuning that hindsight can give to a rule that counts.</summary>
    private static int Calibrated(Stream[] healthy, Func<Stream, int, int?> rule)
    {
        for (var failures = 1; failures < Windows; failures++)
            if (healthy.Count(stream => rule(stream, failures) is not null) <= 0.01 * healthy.Length)
                return failures;
        return Windows;
    }

    private sealed record Rule(string Name, Func<Stream, int?> Window);
}
