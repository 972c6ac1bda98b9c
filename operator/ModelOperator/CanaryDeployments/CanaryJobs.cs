using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ModelOperator.Analysis;
using ModelOperator.Api;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Plans;
using ModelOperator.TrainingRuns;

namespace ModelOperator.CanaryDeployments;

/// <summary>
/// Metrics of type Job: one Job per look, named after the look, so that it exists once however often the operator dies. The status names the Job whose verdict was
/// counted last before that Job is removed, and looks have rising numbers, so that none is counted twice. Pure.
/// </summary>
public static class CanaryJobs
{
    /// <summary>Label with the name of the metric.</summary>
    public const string MetricLabel = ModelOperatorApi.Group + "/metric";

    /// <summary>The look that a metric's Job has finished, and the Job; null while there is none that does not count yet.</summary>
    public static (Measurement Look, string Job)? Look(CanaryContext c, CanaryMetric metric) =>
        metric.Type == CanaryMetricType.Job && Open(c.Canary, c.Status, c.Seen.Jobs, metric) is { } job && Verdict(job) is { } record
            ? (new(c.Now, record), job.Metadata.Name)
            : null;

    /// <summary>The Job of a metric in the current segment whose verdict does not count yet, running or finished.</summary>
    public static V1Job? Open(V1CanaryDeployment canary, CanaryDeploymentStatus status, IEnumerable<V1Job> jobs, CanaryMetric metric) =>
        jobs.Where(job => !job.IsDeleting && Belongs(job, canary, metric) && Number(job.Metadata.Name, canary, status, metric) > Counted(canary, status, metric))
            .MinBy(job => Number(job.Metadata.Name, canary, status, metric));

    /// <summary>Jobs to run after a decision: one for every look that is due and has none.</summary>
    public static ImmutableArray<V1Job> Due(CanaryContext c, CanaryMove move)
    {
        var status = move.Status;
        if (c.Spec.Suspend || status.Reason is CanaryReasons.InvalidSpec or CanaryReasons.ServiceConflict || status.Weights is not { Verified: true } || !CanaryMeasurements.IsMeasured(c.Spec, status))
            return [];
        var began = status.StepStartedAt ?? c.Now;
        return
        [
            .. CanaryDefaults.MetricsOf(c.Spec, status)
                // A promotion, or a step that only sets something, needs no looks, but an outage that holds it up ends with an answer only.
                .Where(metric => (status.Phase != CanaryPhase.Promoting && CanaryMeasurements.IsSettled(c.Spec, status)) || move.States.GetValueOrDefault(metric.Name) is { Verdict: Analysis.Verdict.Error })
                .Where(metric => metric is { Type: CanaryMetricType.Job, Job: not null } && Open(c.Canary, status, c.Seen.Jobs, metric) is null
                    && CanaryJudge.NextAt(move.States.GetValueOrDefault(metric.Name), metric, c.Spec, began) <= c.Now)
                .Select(metric => (Metric: metric, Number: CanaryWindow.Number(c.Spec, metric, began, c.Now)))
                // After an error the next look may come within the same interval; a Job waits for the next.
                .Where(look => look.Number > Counted(c.Canary, status, look.Metric))
                .Select(look => Job(c.Canary, status, look.Metric, look.Number))
                .Where(job => c.Seen.Jobs.All(other => other.Metadata.Name != job.Metadata.Name)),
        ];
    }

    /// <summary>Makes what is due, removes what nobody waits for. A Job that failed stays for its logs while the status speaks of it.</summary>
    public static IEnumerable<Intent> Intents(V1CanaryDeployment canary, CanaryMove move, CanaryObserved seen)
    {
        foreach (var job in move.Jobs)
            yield return Intent.Ensure(KubernetesDescriptors.Jobs, job);
        var open = CanaryDefaults.MetricsOf(canary.Spec, move.Status).Where(metric => metric.Type == CanaryMetricType.Job)
            .Select(metric => Open(canary, move.Status, seen.Jobs, metric)?.Metadata.Name).ToHashSet(StringComparer.Ordinal);
        var told = (move.Status.Analysis?.Metrics ?? []).Select(row => row.Job).ToHashSet(StringComparer.Ordinal);
        foreach (var job in seen.Jobs)
            if (!open.Contains(job.Metadata.Name) && !(told.Contains(job.Metadata.Name) && Verdict(job) is { Verdict: not Analysis.Verdict.Successful }))
                yield return Intent.Remove(KubernetesDescriptors.Jobs, job);
    }

    /// <summary>The Job of one look. All that it says follows from the look's number, so that making it again changes nothing.</summary>
    public static V1Job Job(V1CanaryDeployment canary, CanaryDeploymentStatus status, CanaryMetric metric, long number)
    {
        var provider = metric.Job!;
        var began = status.StepStartedAt ?? DateTimeOffset.UnixEpoch;
        var tick = (number - 1) * CanaryDefaults.Interval(canary.Spec, metric);
        var window = CanaryWindow.Of(metric, began, began + (tick > CanaryDefaults.FirstLook(metric) ? tick : CanaryDefaults.FirstLook(metric)));
        var meta = CanaryWorkload.Meta(canary, Text(Prefix(canary, status, metric), number), "analysis");
        meta.Labels![MetricLabel] = metric.Name;
        return new()
        {
            Metadata = meta,
            Spec = new()
            {
                BackoffLimit = provider.BackoffLimit,
                ActiveDeadlineSeconds = provider.ActiveDeadlineSeconds,
                Template = new()
                {
                    // Not the labels of our own Pods: these are not cached, and no Service finds them.
                    Metadata = new() { Labels = new() { [ModelOperatorApi.CanaryLabel] = canary.Metadata.Name, [ModelOperatorApi.ComponentLabel] = "analysis", [MetricLabel] = metric.Name } },
                    Spec = new()
                    {
                        RestartPolicy = "Never",
                        AutomountServiceAccountToken = false,
                        EnableServiceLinks = false,
                        SecurityContext = CanaryPodSecurity.Pod(),
                        NodeSelector = provider.NodeSelector is null ? null : new(provider.NodeSelector),
                        ImagePullSecrets = provider.ImagePullSecrets?.Select(s => new V1LocalObjectReference { Name = s.Name }).ToList(),
                        Containers = [Container(provider, [.. Environment(canary, status, metric, window)])],
                        Volumes = [new() { Name = "tmp", EmptyDir = new() }],
                    },
                },
            },
        };
    }

    private static V1Container Container(JobProvider provider, List<V1EnvVar> environment) => new()
    {
        Name = "judge",
        Image = provider.Image,
        Command = provider.Command?.ToList(),
        Args = provider.Args?.ToList(),
        Env = environment,
        Resources = new() { Requests = CanaryWorkload.Quantities(provider.Requests), Limits = CanaryWorkload.Quantities(provider.Limits) },
        SecurityContext = CanaryPodSecurity.Container(),
        VolumeMounts = [new() { Name = "tmp", MountPath = "/tmp" }],
        TerminationMessagePolicy = "FallbackToLogsOnError",
    };

    private static IEnumerable<V1EnvVar> Environment(V1CanaryDeployment canary, CanaryDeploymentStatus status, CanaryMetric metric, CanaryWindow window)
    {
        string Url(string version) => $"http://{CanaryNames.Workload(canary.Metadata.Name, version)}.{canary.Metadata.NamespaceProperty}.svc:8080";
        foreach (var (name, value) in new[]
        {
            ("MODELOP_CANARY", canary.Metadata.Name), ("MODELOP_NAMESPACE", canary.Metadata.NamespaceProperty!), ("MODELOP_METRIC", metric.Name),
            ("MODELOP_VERSION", status.CanaryVersion!), ("MODELOP_STABLE_VERSION", status.StableVersion!),
            ("MODELOP_CANARY_URL", Url(status.CanaryVersion!)), ("MODELOP_STABLE_URL", Url(status.StableVersion!)),
            ("MODELOP_WINDOW_START", Unix(window.Start)), ("MODELOP_WINDOW_END", Unix(window.End)),
        })
            yield return new() { Name = name, Value = value };
        foreach (var variable in metric.Job!.Env ?? [])
            yield return TrainingRunEnvironment.User(variable);
    }

    /// <summary>What a Job says; null while it runs.</summary>
    private static DecisionRecord? Verdict(V1Job job)
    {
        if (Condition(job, "Complete") is not null)
            return new(Analysis.Verdict.Successful, Reasons.JobSucceeded, $"Job {job.Metadata.Name} succeeded.");
        if (Condition(job, "Failed") is not { } failed)
            return null;
        var why = CanaryText.Cut(failed.Message ?? failed.Reason ?? "no reason given", CanaryText.Problem);
        // Out of time may be an image that never came, which says nothing about the version.
        return failed.Reason == "DeadlineExceeded"
            ? new(Analysis.Verdict.Error, Reasons.JobDeadlineExceeded, $"Job {job.Metadata.Name} ran out of time: {why}.")
            : new(Analysis.Verdict.Failed, Reasons.JobFailed, $"Job {job.Metadata.Name} failed: {why}.");
    }

    private static V1JobCondition? Condition(V1Job job, string type) => job.Status?.Conditions?.FirstOrDefault(c => c.Type == type && c.Status == "True");

    private static bool Belongs(V1Job job, V1CanaryDeployment canary, CanaryMetric metric) =>
        job.IsControlledBy(canary.Metadata.Uid) && job.Metadata.Labels?.GetValueOrDefault(MetricLabel) == metric.Name;

    /// <summary>Number of the look whose verdict was counted last in the current segment; 0 for none.</summary>
    private static long Counted(V1CanaryDeployment canary, CanaryDeploymentStatus status, CanaryMetric metric) =>
        CanaryJudge.Row(metric, status)?.Job is { } name ? Number(name, canary, status, metric) : 0;

    /// <summary>Number of the look that a Job is for; 0 for one of another segment or metric.</summary>
    private static long Number(string job, V1CanaryDeployment canary, CanaryDeploymentStatus status, CanaryMetric metric) =>
        Prefix(canary, status, metric) is var prefix && job.StartsWith(prefix, StringComparison.Ordinal)
            && long.TryParse(job.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static string Prefix(V1CanaryDeployment canary, CanaryDeploymentStatus status, CanaryMetric metric) =>
        $"{canary.Metadata.Name}-look-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{canary.Metadata.Uid}\n{CanarySegment.Key(status)}\n{metric.Name}")))[..10]}-";

    private static string Text(string prefix, long number) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{number}");

    private static string Unix(DateTimeOffset time) => time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
