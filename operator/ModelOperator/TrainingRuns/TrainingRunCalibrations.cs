using ModelOperator.Api;
using ModelOperator.Carbon;
using ModelOperator.Carbon.Estimates;
using ModelOperator.Kubernetes.Runtime.Caching;

namespace ModelOperator.TrainingRuns;

/// <summary>
/// What runs that succeeded say about the estimates of others of their kind: same namespace, model and device. Taken from what the cache shows, so that a restart begins with
/// the runs that are there; those that were deleted since still count. Energy that users declared is theirs and is not corrected. Thread-safe.
/// </summary>
public sealed class TrainingRunCalibrations
{
    /// <summary>Runs of a kind that count: the latest.</summary>
    public const int Most = 64;

    private readonly Lock gate = new();
    private readonly Dictionary<string, SortedDictionary<(DateTimeOffset End, string Uid), (Energy Measured, Energy Estimated)>> kinds = new(StringComparer.Ordinal);

    /// <summary>Subscribes to the cache before it runs.</summary>
    /// <param name="caches">Caches.</param>
    public TrainingRunCalibrations(Caches caches) => caches.InformerOf(ModelOperatorDescriptors.TrainingRuns, TrainingRunObserver.RunCache).Subscribe(change => Observe(change.New));

    /// <summary>For estimates of a run.</summary>
    public EstimateCalibration For(V1TrainingRun run)
    {
        lock (gate)
            return kinds.TryGetValue(KindOf(run), out var past) ? EstimateCalibration.FromHistory(past.Values) : EstimateCalibration.None;
    }

    /// <summary>Takes a run in.</summary>
    public void Observe(V1TrainingRun? run)
    {
        if (run is not { Status: { Phase: TrainingRunPhase.Succeeded, CompletionTime: { } end, Estimate.RawEnergyMilliwattHours: { } raw, Energy: { PueMilli: >= 1000 } used } } || run.Metadata.Uid is not { } uid)
            return;
        lock (gate)
        {
            if (!kinds.TryGetValue(KindOf(run), out var past))
                kinds.Add(KindOf(run), past = []);
            // An estimate is of the facility's energy, a record is not.
            past[(end, uid)] = (new PowerUsageEffectiveness((int)used.PueMilli).Apply(new(used.EnergyMilliwattHours)), new(raw));
            if (past.Count > Most)
                past.Remove(past.Keys.First());
        }
    }

    private static string KindOf(V1TrainingRun run) =>
        $"{run.Metadata.NamespaceProperty}/{run.Spec.ModelName}/{(TrainingQuantities.Gpus(run.Spec.Resources) > 0 ? run.Spec.Carbon?.GpuModel ?? "gpu" : "cpu")}";
}
