using System.Collections.Immutable;
using ModelOperator.Analysis;

namespace ModelOperator.CanaryDeployments;

/// <summary>Turns looks into verdicts and verdicts into a status that is only written when it says something new.</summary>
public static class CanaryJudge
{
    /// <summary>Numbers that moved without a new verdict are written at most this often.</summary>
    public static readonly TimeSpan ProgressWrite = TimeSpan.FromSeconds(15);

    /// <summary>Takes the new looks into account.</summary>
    public static CanaryJudgement Judge(CanaryContext c)
    {
        var metrics = AbTestGuards.Of(c.Spec, c.Status);
        var states = ImmutableDictionary.CreateBuilder<string, MetricState>();
        foreach (var metric in metrics)
        {
            var state = c.Seen.States.GetValueOrDefault(metric.Name) ?? Restored(metric, c.Status);
            if ((c.Seen.Looks.GetValueOrDefault(metric.Name) ?? CanaryJobs.Look(c, metric)?.Look) is { } look)
                state = Step(state, metric, c, look);
            if (state is not null)
                states[metric.Name] = state;
        }

        var all = states.ToImmutable();
        var outcome = AnalysisOutcome.Of(metrics.Select(m => all.TryGetValue(m.Name, out var s)
            ? MetricOutcome.Of(m.Name, s, m.DryRun)
            : new MetricOutcome(m.Name, Verdict.Pending, Reasons.NotMeasuredYet, "No measurement has been taken yet.", m.DryRun)));
        return new(all, outcome, StatusOf(c, metrics, all), metrics);
    }

    /// <summary>When a metric's next look is due. A metric that has its verdict is watched on, for harm may come later; after harm there is nothing to watch for: null.</summary>
    /// <param name="state">Its state; null before the first look.</param>
    /// <param name="metric">The metric.</param>
    /// <param name="spec">The spec.</param>
    /// <param name="start">When the segment began.</param>
    public static DateTimeOffset? NextAt(MetricState? state, CanaryMetric metric, CanaryDeploymentSpec spec, DateTimeOffset start)
    {
        if (state is { Verdict: Verdict.Failed })
            return null;
        if (state?.Last is not { } last)
            return start + CanaryDefaults.FirstLook(metric);
        var interval = CanaryDefaults.Interval(spec, metric);
        return last.At + (last.Verdict == Verdict.Error && MetricProgress.ErrorRetry < interval ? MetricProgress.ErrorRetry : interval);
    }

    /// <summary>The counting rules of a metric.</summary>
    public static MetricSpec SpecOf(CanaryMetric metric, CanaryDeploymentSpec spec) => new()
    {
        Interval = CanaryDefaults.Interval(spec, metric),
        InitialDelay = CanaryDefaults.FirstLook(metric),
        MaxDuration = metric.MaxDurationSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        Count = metric.Count,
        FailureLimit = metric.FailureLimit,
        InconclusiveLimit = metric.InconclusiveLimit,
        ConsecutiveErrorLimit = metric.ConsecutiveErrorLimit,
        ConsecutiveSuccessLimit = metric.ConsecutiveSuccessLimit,
        NoDataLimit = metric.NoDataLimit,
        NoDataPolicy = metric.NoDataPolicy == MetricNoDataPolicy.Fail ? NoDataPolicy.Fail : NoDataPolicy.Inconclusive,
        ConcludesOnSuccess = metric is { Count: 0, ConsecutiveSuccessLimit: 0 },
    };

    private static MetricState? Step(MetricState? state, CanaryMetric metric, CanaryContext c, Measurement look)
    {
        if (state is { Verdict: Verdict.Failed } || (state?.Last is { } last && look.At <= last.At))
            return state;
        if (state is { Verdict: Verdict.Error } && look.Verdict == Verdict.Error)
            return state with { Measurements = [look], ConsecutiveErrors = state.ConsecutiveErrors + 1 };
        // Nothing but harm is for ever: a good metric may turn bad, an outage ends with the first answer, and who waits may still learn of harm.
        var open = state is null ? MetricProgress.Start(c.Status.StepStartedAt ?? look.At) : MetricProgress.Reopen(state);
        return MetricProgress.Step(open, SpecOf(metric, c.Spec), look);
    }

    /// <summary>After a restart the counters come back from the status, so that a failure limit is not forgotten.</summary>
    private static MetricState? Restored(CanaryMetric metric, CanaryDeploymentStatus status)
    {
        if (Row(metric, status) is not { } old || status.Analysis?.StartedAt is not { } at || old.Reason == Reasons.NotMeasuredYet || !Enum.TryParse<Verdict>(old.Verdict, out var verdict))
            return null;
        return new MetricState(at)
        {
            // A failure or an outage that holds the canary holds it on after a restart, until a look says otherwise.
            Verdict = verdict,
            Reason = old.Reason ?? Reasons.Measuring,
            Message = old.Message ?? "",
            Count = old.Count,
            Successful = old.Successful ?? 0,
            ConsecutiveSuccesses = old.ConsecutiveSuccesses ?? 0,
            Failed = old.Failed,
            Inconclusive = old.Inconclusive ?? 0,
            NoData = old.NoData,
            ConsecutiveNoData = old.ConsecutiveNoData ?? 0,
            ConsecutiveErrors = old.ConsecutiveErrors,
        };
    }

    /// <summary>What the status says of a metric in the current segment.</summary>
    internal static CanaryMetricStatus? Row(CanaryMetric metric, CanaryDeploymentStatus status) =>
        status.Analysis is { } analysis && analysis.StartedAt == status.StepStartedAt ? analysis.Metrics?.FirstOrDefault(m => m.Name == metric.Name) : null;

    private static CanaryAnalysisStatus? StatusOf(CanaryContext c, IReadOnlyList<CanaryMetric> metrics, ImmutableDictionary<string, MetricState> states)
    {
        if (metrics.Count == 0)
            return null;
        var bytes = Math.Min(300, CanaryText.AllMetrics / metrics.Count);
        var next = metrics.Select(m => Row(m, states.GetValueOrDefault(m.Name), Row(m, c.Status), bytes, CanaryJobs.Look(c, m)?.Job)).ToArray();
        var old = c.Status.Analysis;
        var sameSegment = old?.StartedAt == c.Status.StepStartedAt;
        // What the step before rested on stands until there is something newer to say.
        if (old is not null && !sameSegment && states.Count == 0)
            return old;
        if (sameSegment && old?.Metrics is { } rows && rows.Count == next.Length)
        {
            var news = rows.Zip(next, metrics).Any(p => Significant(p.First, p.Third) != Significant(p.Second, p.Third));
            var moved = rows.Zip(next).Any(p => Moved(p.First, p.Second)) && c.Now - (old.LastMeasuredAt ?? c.Now) >= ProgressWrite;
            if (!news && !moved)
                return old;
        }

        return new() { StartedAt = c.Status.StepStartedAt, LastMeasuredAt = c.Now, Metrics = next };
    }

    /// <summary>What is worth a write: the verdict, and counters as far as a limit reads them, so that a restart forgets none and a settled metric writes nothing.</summary>
    private static (string, string, string?, string?, int, int, int, int, int) Significant(CanaryMetricStatus row, CanaryMetric metric) => (
        row.Name,
        row.Verdict,
        row.Reason,
        row.Job,
        row.Failed,
        Math.Min(row.Count, metric.Count),
        Math.Min(row.ConsecutiveSuccesses ?? 0, metric.ConsecutiveSuccessLimit),
        Math.Min(row.Inconclusive ?? 0, metric.InconclusiveLimit + 1),
        Math.Min(row.ConsecutiveNoData ?? 0, metric.NoDataLimit + 1));

    /// <summary>Only new samples are progress: increase() extrapolates, so an idle canary's numbers tremble without meaning anything.</summary>
    private static bool Moved(CanaryMetricStatus old, CanaryMetricStatus next) =>
        Math.Abs((next.Samples ?? 0) - (old.Samples ?? 0)) > Math.Max(2, (old.Samples ?? 0) / 20);

    private static CanaryMetricStatus Row(CanaryMetric metric, MetricState? state, CanaryMetricStatus? old, int bytes, string? job)
    {
        // After a restart the old row stands until the first look; without it the counters would be forgotten.
        if (state?.Last is not { } last)
            return old ?? new() { Name = metric.Name, Verdict = nameof(Verdict.Pending), Reason = Reasons.NotMeasuredYet };
        return new()
        {
            Name = metric.Name,
            Verdict = state.Verdict.ToString(),
            Reason = last.Reason,
            Message = CanaryText.Cut(last.Message, bytes),
            Value = last.Record.Value,
            Baseline = last.Record.Baseline,
            Bound = last.Record.Bound,
            Samples = last.Record.CanarySamples,
            StableSamples = last.Record.StableSamples,
            Evidence = last.Record.Evidence,
            PValue = last.Record.PValue,
            Interval = last.Record.Interval,
            Job = job ?? old?.Job,
            Count = state.Count,
            Successful = Some(state.Successful),
            ConsecutiveSuccesses = Some(state.ConsecutiveSuccesses),
            Inconclusive = Some(state.Inconclusive),
            ConsecutiveNoData = Some(state.ConsecutiveNoData),
            Failed = state.Failed,
            NoData = state.NoData,
            ConsecutiveErrors = state.ConsecutiveErrors,
        };
    }

    private static int? Some(int count) => count > 0 ? count : null;
}
