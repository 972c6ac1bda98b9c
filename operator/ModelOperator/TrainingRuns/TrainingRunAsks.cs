using System.Collections.Concurrent;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Controllers;

namespace ModelOperator.TrainingRuns;

/// <summary>
/// What runs ask of the ledger before their statuses say so: most are answered within milliseconds, and a status that only says "asked" is a
/// write for nothing. Lost with the process; the next one asks again. A run that is not answered soon writes its request into its status.
/// Thread-safe.
/// </summary>
/// <param name="time">Clock.</param>
public sealed class TrainingRunAsks(TimeProvider time)
{
    private readonly ConcurrentDictionary<NamespacedName, Asked> asked = new();

    /// <summary>Told with the key of each run whose request is new.</summary>
    public KeySignal Changed { get; } = new();

    /// <summary>How long this very run has been asking; zero when it does not yet.</summary>
    public TimeSpan WaitedFor(V1TrainingRun run) => Find(run) is { } ask ? time.GetElapsedTime(ask.Since) : TimeSpan.Zero;

    /// <summary>The request of a run, or null.</summary>
    public TrainingEstimate? EstimateOf(V1TrainingRun run) => Find(run)?.Estimate;

    /// <summary>Sets or, with null, withdraws the request of a run.</summary>
    public void Set(V1TrainingRun run, TrainingEstimate? estimate)
    {
        if (estimate is null)
        {
            asked.TryRemove(run.Key, out _);
            return;
        }

        var before = Find(run);
        if (before?.Estimate == estimate)
            return;
        asked[run.Key] = new(run.Metadata.Uid!, estimate, before?.Since ?? time.GetTimestamp());
        Changed.Tell(run.Key);
    }

    /// <summary>Withdraws the request of a run that is gone.</summary>
    public void Forget(NamespacedName key) => asked.TryRemove(key, out _);

    private Asked? Find(V1TrainingRun run) => asked.TryGetValue(run.Key, out var ask) && ask.RunUid == run.Metadata.Uid ? ask : null;

    private sealed record Asked(string RunUid, TrainingEstimate Estimate, long Since);
}
