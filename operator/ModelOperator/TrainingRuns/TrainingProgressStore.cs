using System.Collections.Concurrent;
using ModelOperator.Kubernetes.Runtime;

namespace ModelOperator.TrainingRuns;

/// <summary>Reports that the status endpoint took in. A report lost by a restart is followed by the trainer's next one. Thread-safe.</summary>
public sealed class TrainingProgressStore : IProgressSource
{
    private readonly ConcurrentDictionary<string, TrainingProgress> latest = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public TrainingProgress? Find(string runUid) => latest.GetValueOrDefault(runUid);

    /// <summary>A run has a new report.</summary>
    public event Action<NamespacedName>? Reported;

    /// <summary>Takes a report in; it replaces the one before.</summary>
    public void Report(string runUid, NamespacedName run, TrainingProgress progress)
    {
        latest[runUid] = progress;
        Reported?.Invoke(run);
    }

    /// <summary>Forgets a run that is over.</summary>
    public void Forget(string runUid) => latest.TryRemove(runUid, out _);
}
