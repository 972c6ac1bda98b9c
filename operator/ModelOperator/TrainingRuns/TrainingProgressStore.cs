using System.Collections.Concurrent;
using ModelOperator.Kubernetes.Runtime;

namespace ModelOperator.TrainingRuns;

/// <summary>
/// Reports that the status endpoint took in, and those that were read from logs: a trainer that has posted is never overruled by its log. A report
/// lost by a restart is followed by the trainer's next one. Thread-safe.
/// </summary>
public sealed class TrainingProgressStore : IProgressSource
{
    private readonly ConcurrentDictionary<string, (TrainingProgress Progress, bool Posted)> latest = new(StringComparer.Ordinal);
    private volatile Action<NamespacedName>? listener;

    /// <inheritdoc/>
    public TrainingProgress? Find(string runUid) => latest.TryGetValue(runUid, out var report) ? report.Progress : null;

    /// <summary>Whether the run's trainer has reported by itself.</summary>
    public bool IsPosted(string runUid) => latest.TryGetValue(runUid, out var report) && report.Posted;

    /// <summary>Tells of every report from now on.</summary>
    /// <param name="take">Takes the run's key.</param>
    public void Listen(Action<NamespacedName> take) => listener = take;

    /// <summary>Takes a report of the trainer in; it replaces the one before.</summary>
    public void Report(string runUid, NamespacedName run, TrainingProgress progress)
    {
        latest[runUid] = (progress, true);
        listener?.Invoke(run);
    }

    /// <summary>Takes in what the trainer's log says.</summary>
    public void ReportLogged(string runUid, NamespacedName run, TrainingProgress progress)
    {
        if (!latest.AddOrUpdate(runUid, (progress, false), (_, before) => before.Posted ? before : (progress, false)).Posted)
            listener?.Invoke(run);
    }

    /// <summary>Forgets a run that is over.</summary>
    public void Forget(string runUid) => latest.TryRemove(runUid, out _);
}
