using System.Collections.Concurrent;
using ModelOperator.Kubernetes.Runtime;

namespace ModelOperator.TrainingRuns;

/// <summary>
/// Reports that the status endpoint took in, and those that were read from logs: a trainer that has posted is never overruled by its metrics file,
/// and neither by its log. A report
/// lost by a restart is followed by the trainer's next one. Thread-safe.
/// </summary>
public sealed class TrainingProgressStore : IProgressSource
{
    private readonly ConcurrentDictionary<string, TrainingProgress> latest = new(StringComparer.Ordinal);
    private volatile Action<NamespacedName>? listener;

    /// <inheritdoc/>
    public TrainingProgress? Find(string runUid) => latest.TryGetValue(runUid, out var report) ? report : null;

    /// <summary>Tells of every report from now on.</summary>
    /// <param name="take">Takes the run's key.</param>
    public void Listen(Action<NamespacedName> take) => listener = take;

    /// <summary>Takes a report in; it replaces the one before, unless that came from a source that counts more.</summary>
    public void Report(string runUid, NamespacedName run, TrainingProgress progress)
    {
        if (latest.AddOrUpdate(runUid, progress, (_, before) => before.Source > progress.Source ? before : progress) == progress)
            listener?.Invoke(run);
    }

    /// <summary>Forgets a run that is over.</summary>
    public void Forget(string runUid) => latest.TryRemove(runUid, out _);
}
