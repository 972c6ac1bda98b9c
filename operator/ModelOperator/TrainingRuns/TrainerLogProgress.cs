using System.Globalization;
using System.Text.RegularExpressions;
using ModelOperator.Api;

namespace ModelOperator.TrainingRuns;

/// <summary>What the end of a working trainer's log says about how far it is (docs/trainer-contract.md). Pure.</summary>
public static partial class TrainerLogProgress
{
    private static readonly string[] Percents = ["progress", "progressPercentage"];
    private static readonly string[] Remainders = ["remaining_seconds", "estimatedRemainingSeconds"];

    /// <summary>Coarsest first: a step often begins anew with each epoch.</summary>
    private static readonly string[] Counters = ["epoch", "round", "iteration", "step"];

    private static readonly Dictionary<string, double> NoFractions = [];

    /// <summary>The progress; null when the lines say nothing.</summary>
    /// <param name="text">End of the log. What follows its last line break is a line that is still being written; progress bars break theirs by a carriage return.</param>
    /// <param name="now">When it was read.</param>
    public static TrainingProgress? Read(string text, DateTimeOffset now)
    {
        var whole = text[..(text.AsSpan().LastIndexOfAny('\n', '\r') + 1)];
        return Of(NamedValueLines.Read(whole), Fractions(whole), now) is { } read ? read with { Source = TrainingProgressSource.Log } : null;
    }

    /// <summary>The same of pairs that were no text, as in MODELOP_METRICS_FILE.</summary>
    /// <param name="pairs">The last value of each name.</param>
    /// <param name="now">When they were read.</param>
    public static TrainingProgress? Of(IReadOnlyList<KeyValuePair<string, double>> pairs, DateTimeOffset now) => Of(pairs, NoFractions, now);

    private static TrainingProgress? Of(IReadOnlyList<KeyValuePair<string, double>> pairs, IReadOnlyDictionary<string, double> fractions, DateTimeOffset now)
    {
        var values = new Dictionary<string, double>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in pairs)
            values[name] = value;
        var percentage = Percents.Select(name => Within(values, name, 100)).FirstOrDefault(static v => v is not null) ?? Counted(fractions, values);
        var remaining = Remainders.Select(name => Within(values, name, long.MaxValue)).FirstOrDefault(static v => v is not null);
        var metrics = Metrics(pairs).Select(static p => new NamedValue { Name = p.Key, Value = p.Value.ToString("R", CultureInfo.InvariantCulture) }).ToList();
        return percentage is null && remaining is null && metrics.Count == 0 ? null : new TrainingProgress
        {
            Percentage = (int?)percentage,
            RemainingSeconds = (long?)remaining,
            Metrics = metrics.Count == 0 ? null : metrics,
            LastUpdatedTime = now,
        };
    }

    /// <summary>The pairs that are metrics: all but those that say how far the trainer is.</summary>
    public static IEnumerable<KeyValuePair<string, double>> Metrics(IReadOnlyList<KeyValuePair<string, double>> pairs) =>
        pairs.Where(static p => !Percents.Concat(Remainders).Contains(p.Key, StringComparer.OrdinalIgnoreCase));

    /// <summary>Whether two reports say the same, whenever they were made.</summary>
    public static bool SaysTheSame(TrainingProgress? left, TrainingProgress right) =>
        left is not null && left.Percentage == right.Percentage && left.RemainingSeconds == right.RemainingSeconds
        && (left.Metrics ?? []).SequenceEqual(right.Metrics ?? []);

    private static double? Within(Dictionary<string, double> values, string name, double most) =>
        values.TryGetValue(name, out var value) && value >= 0 && value <= most ? value : null;

    /// <summary>By <c>epoch=3/10</c>, or by <c>epoch=3</c> beside <c>epochs=10</c>.</summary>
    private static double? Counted(IReadOnlyDictionary<string, double> fractions, Dictionary<string, double> values)
    {
        foreach (var counter in Counters)
        {
            if (fractions.TryGetValue(counter, out var found))
                return found;
            double? total = values.TryGetValue(counter + "s", out var plain) ? plain : values.TryGetValue("total_" + counter + "s", out var named) ? named : null;
            if (values.TryGetValue(counter, out var done) && Share(done, total) is { } share)
                return share;
        }

        return null;
    }

    private static Dictionary<string, double> Fractions(string text)
    {
        var fractions = new Dictionary<string, double>(StringComparer.OrdinalIgnoreCase);
        foreach (Match match in Fraction().Matches(text))
        {
            if (Share(Number(match.Groups[2]), Number(match.Groups[3])) is { } share)
                fractions[match.Groups[1].Value] = share;
        }

        return fractions;
    }

    private static double Number(Group digits) => double.Parse(digits.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    private static double? Share(double done, double? total) => total is > 0 and var whole && done >= 0 && done <= whole ? 100 * done / whole : null;

    [GeneratedRegex(@"(?<![\w.\-/])(epoch|round|iteration|step)[ \t]*[=: ][ \t]*(\d{1,18})[ \t]*/[ \t]*(\d{1,18})(?![\w\-/]|:\S)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Fraction();
}
