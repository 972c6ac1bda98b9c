using ModelOperator.Api;
using System.Collections.Immutable;
using ModelOperator.Analysis;

namespace ModelOperator.CanaryDeployments;

/// <summary>What the metrics say about the canary now.</summary>
/// <param name="States">State per metric, new looks included.</param>
/// <param name="Outcome">Verdict of all together.</param>
/// <param name="Status">What of it is worth a status write.</param>
/// <param name="Metrics">Metrics of the spec.</param>
public sealed record CanaryJudgement(
    ImmutableDictionary<string, MetricState> States, AnalysisOutcome Outcome, CanaryAnalysisStatus? Status, IReadOnlyList<CanaryMetric> Metrics)
{
    /// <summary>The first metric, by order of the spec, that failed and asks for this action.</summary>
    public CanaryFinding? Failed(MetricFailureAction action) => Find(m => m.OnFailure == action, Verdict.Failed);

    /// <summary>The first metric whose provider does not answer.</summary>
    public CanaryFinding? Unavailable => Find(_ => true, Verdict.Error);

    /// <summary>Time until the next measurement; null when no metric is measured.</summary>
    public TimeSpan? NextLook(CanaryContext context)
    {
        TimeSpan? next = null;
        foreach (var metric in Metrics)
        {
            // The end of a Job is watched.
            if (metric.Type == CanaryMetricType.Job
                && ((!CanaryMeasurements.IsSettled(context.Spec, context.Status) && States.GetValueOrDefault(metric.Name) is not { Verdict: Verdict.Error }) || CanaryJobs.Open(context.Canary, context.Status, context.Seen.Jobs, metric) is not null))
                continue;
            if (CanaryMeasurements.DueAt(context.Spec, context.Status, metric, States.GetValueOrDefault(metric.Name), context.Now) is not { } due)
                continue;
            var left = due <= context.Now ? TimeSpan.FromSeconds(1) : due - context.Now - context.Seen.Took;
            // A look that came due in the meantime is made at once.
            left = left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1);
            next = next is { } n && n < left ? n : left;
        }

        return next;
    }

    /// <summary>The first metric that decides and whose latest look was an error.</summary>
    public CanaryFinding? Unanswered => Metrics.Where(m => !m.DryRun).Select(m => (m.Name, State: States.GetValueOrDefault(m.Name)))
        .Where(m => m.State is { Last.Verdict: Verdict.Error }).Select(m => new CanaryFinding(m.Name, m.State!.Last!.Reason, m.State.Last.Message, m.State.Last.Record)).FirstOrDefault();

    /// <summary>What spoke most against going on, of the metrics that decide: the one with the strongest evidence for harm, else the first that has numbers.</summary>
    public CanaryFinding? Strongest => Metrics.Where(m => !m.DryRun).Select(m => (m.Name, Last: States.GetValueOrDefault(m.Name)?.Last))
        .Where(m => m.Last is { Record.Value: not null })
        .OrderByDescending(m => DecimalText.Parse(m.Last!.Record.Evidence) ?? 0)
        .Select(m => new CanaryFinding(m.Name, m.Last!.Reason, m.Last.Message, m.Last.Record)).FirstOrDefault();

    private CanaryFinding? Find(Func<CanaryMetric, bool> which, Verdict verdict)
    {
        foreach (var metric in Metrics)
        {
            if (metric.DryRun || !which(metric) || !States.TryGetValue(metric.Name, out var state) || state.Verdict != verdict)
                continue;
            // The look that broke the limit names the cause better than the limit does.
            var look = state.Measurements.LastOrDefault(m => m.Verdict == verdict);
            return new(metric.Name, look?.Reason ?? state.Reason, look?.Message ?? state.Message, look?.Record);
        }

        return null;
    }
}
