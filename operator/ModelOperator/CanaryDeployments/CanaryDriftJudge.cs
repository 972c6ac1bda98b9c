using System.Globalization;
using ModelOperator.Analysis;
using ModelOperator.Api;
using ModelOperator.Kubernetes.Runtime;

namespace ModelOperator.CanaryDeployments;

/// <summary>The condition DataDrift. It moves no traffic: rows that are unlike those of the training say nothing against one version rather than another.</summary>
public static class CanaryDriftJudge
{
    /// <summary>When the next look is due.</summary>
    public static DateTimeOffset NextAt(CanaryDrift drift, CanaryDriftLook look) => look.At.AddSeconds(drift.IntervalSeconds);

    /// <summary>Adds the condition, its events and the time of the next look to a move.</summary>
    internal static CanaryMove Settle(CanaryContext c, CanaryMove move)
    {
        if (c.Spec.Drift is not { } drift)
            return move;
        var old = Conditions.Find(c.Status.Conditions, CanaryDriftReasons.DataDrift);
        var finding = Find(c, drift) ?? new(old?.Status switch { Conditions.True => true, Conditions.False => false, _ => null }, old?.Reason ?? CanaryDriftReasons.NotServing, old?.Message ?? NotServing);
        move = move with { Drift = finding, Notes = move.Notes.AddRange(Notes(old?.Status == Conditions.True, finding)) };
        if (c.Seen.Drift is not { } look)
            return move;
        var left = NextAt(drift, look) - c.Now - c.Seen.Took;
        left = left > TimeSpan.Zero ? left : TimeSpan.FromSeconds(1);
        return move.Requeue < left ? move : move with { Requeue = left };
    }

    /// <summary>What a look shows.</summary>
    public static CanaryDriftFinding Judge(CanaryDrift drift, CanaryDriftLook look)
    {
        if (look.Rows.Unusable() is { } rows)
            return Unknown(rows.Verdict, look.Rows.Detail, look.Version);
        var window = string.Create(CultureInfo.InvariantCulture, $"the last {drift.WindowSeconds} s");
        if (look.Rows.Value < drift.MinRows)
            return new(null, CanaryDriftReasons.TooFewRows, string.Create(CultureInfo.InvariantCulture, $"{look.Version} predicted fewer than {drift.MinRows} rows in {window}."));
        if (look.Indexes.Kind is SampleKind.Empty or SampleKind.QueryFailed or SampleKind.Unparsable)
            return Unknown(look.Indexes.Unusable()!.Value.Verdict, look.Indexes.Detail, look.Version);
        if (look.Indexes.Labels.Length != look.Indexes.Values.Length)
            return Unknown(Verdict.Error, "the answer has series without the label feature", look.Version);
        return Compare(drift, look, DecimalText.Parse(drift.Threshold) ?? 0, window);
    }

    private static CanaryDriftFinding Compare(CanaryDrift drift, CanaryDriftLook look, double threshold, string window)
    {
        var indexes = look.Indexes.Labels.Zip(look.Indexes.Values).Where(pair => drift.Features?.Contains(pair.First, StringComparer.Ordinal) ?? true)
            .ToDictionary(static pair => pair.First, static pair => pair.Second, StringComparer.Ordinal);
        var over = indexes.Where(pair => pair.Value > threshold).ToList();
        if (over.Count > 0)
            return new(
                true,
                CanaryDriftReasons.DriftFound,
                $"{Names(over.Select(static pair => pair.Key))} of {look.Version}: the population stability index over {window} is above {drift.Threshold}. Its predictions are of rows unlike those that it was trained on; look at the data, or train a new version.",
                string.Join(", ", over.OrderByDescending(static pair => pair.Value).Take(Shown).Select(static pair => $"{pair.Key} {CanonicalNumber.Format(pair.Value)}")));
        var silent = (drift.Features ?? [.. indexes.Keys]).Where(feature => !double.IsFinite(indexes.GetValueOrDefault(feature, double.NaN))).ToList();
        return silent.Count > 0
            ? Unknown(Verdict.NoData, $"there is no number for {Names(silent)}", look.Version)
            : new(false, CanaryDriftReasons.WithinThreshold, $"The live rows of {look.Version} are like those of its training: no population stability index over {window} is above {drift.Threshold}.");
    }

    private const int Shown = 5;

    private const string NotServing = "No version serves yet.";

    // Null where what was said before stays: nothing is looked at, or nothing can be.
    private static CanaryDriftFinding? Find(CanaryContext c, CanaryDrift drift)
    {
        if (!CanaryValidation.HasSoundDrift(c.Spec))
            return new(null, CanaryReasons.InvalidSpec, "spec.drift is wrong; see Ready.");
        if (c.Seen.Drift is { } look)
            return Judge(drift, look);
        return c.Spec.Suspend ? null : new(null, CanaryDriftReasons.NotServing, NotServing);
    }

    private static CanaryDriftFinding Unknown(Verdict verdict, string detail, string version) => verdict == Verdict.NoData
        ? new(null, CanaryDriftReasons.NoDriftData, $"Nothing is known of the live rows of {version}: {detail}. Is it scraped, and does its model have a profile?")
        : new(null, CanaryReasons.MetricsUnavailable, $"Nothing is known of the live rows of {version}: {CanaryText.Cut(detail, CanaryText.Problem)}.");

    private static string Names(IEnumerable<string> features)
    {
        var names = features.Order(StringComparer.Ordinal).Select(static name => CanaryText.Cut(name, 64)).ToList();
        return string.Join(", ", names.Take(Shown)) + (names.Count > Shown ? string.Create(CultureInfo.InvariantCulture, $" and {names.Count - Shown} more") : "");
    }

    private static IEnumerable<CanaryNote> Notes(bool drifted, CanaryDriftFinding finding)
    {
        if (finding.Drifts == true && !drifted)
            yield return new(true, CanaryDriftReasons.DataDrift, $"{finding.Message} Measured: {finding.Numbers}.");
        if (finding.Drifts == false && drifted)
            yield return new(false, finding.Reason, finding.Message);
    }
}
