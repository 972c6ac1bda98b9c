using System.Collections.Immutable;
using ModelOperator.CanaryDeployments;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.TrainingRuns;

namespace ModelOperator.ModelVersions;

/// <summary>Numbers given to runs. A number is given once: the next one only grows, whatever is deleted.</summary>
/// <param name="Next">Number that the next run gets.</param>
/// <param name="Allocations">Numbers given to runs whose version does not exist yet, by number.</param>
public sealed record VersionNumbers(long Next, ImmutableArray<VersionAllocation> Allocations)
{
    /// <summary>Most open allocations; further runs wait their turn.</summary>
    public const int MaxAllocations = 200;

    /// <summary>Computes the numbers; pure.</summary>
    /// <param name="status">What was given so far.</param>
    /// <param name="runs">The model's runs, those at least that await a number.</param>
    /// <param name="versions">The model's versions, those being deleted included.</param>
    /// <param name="remembered">Numbers that were given before, as far as anybody remembers.</param>
    public static VersionNumbers Of(ModelStatus? status, IReadOnlyList<V1TrainingRun> runs, IReadOnlyList<V1ModelVersion> versions, IEnumerable<long> remembered)
    {
        var numbers = versions.Select(ModelVersionName.NumberOf).OfType<long>().ToHashSet();
        var registered = versions.Select(static version => version.Spec.TrainingRun?.Uid).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var waiting = runs.Where(run => AwaitsNumber(run) && !registered.Contains(run.Metadata.Uid!)).ToDictionary(static run => run.Metadata.Uid!, StringComparer.Ordinal);
        // An allocation whose number somebody else took by hand is given up; the run gets a fresh one.
        var kept = (status?.Allocations ?? []).Where(given => waiting.ContainsKey(given.RunUid) && !numbers.Contains(given.Number)).ToList();
        var next = Math.Max(status?.NextVersion ?? 0, 1);
        next = Math.Max(next, numbers.Count == 0 ? 0 : numbers.Max() + 1);
        next = Math.Max(next, remembered.Select(static number => number + 1).DefaultIfEmpty().Max());
        next = Math.Max(next, (status?.Allocations ?? []).Select(static given => given.Number + 1).DefaultIfEmpty().Max());
        var known = kept.Select(static given => given.RunUid).ToHashSet(StringComparer.Ordinal);
        var fresh = waiting.Values.Where(run => !known.Contains(run.Metadata.Uid!))
            .OrderBy(static run => run.Status?.CompletionTime ?? run.Metadata.CreationTimestamp)
            .ThenBy(static run => run.Metadata.Name, StringComparer.Ordinal)
            .ThenBy(static run => run.Metadata.Uid, StringComparer.Ordinal)
            .Take(Math.Max(0, MaxAllocations - kept.Count));
        foreach (var run in fresh)
            kept.Add(new VersionAllocation { RunUid = run.Metadata.Uid!, RunName = run.Metadata.Name, Number = next++ });
        return new VersionNumbers(next, [.. kept.OrderBy(static given => given.Number)]);
    }

    /// <summary>
    /// Names of versions that objects of a namespace remember, of any model: what runs became, what canaries served, tested or retired, and parents. They outlive a
    /// Model that is deleted and made anew, and with it the highest number that it gave.
    /// </summary>
    /// <param name="runs">Runs of the namespace.</param>
    /// <param name="versions">Versions of the namespace.</param>
    /// <param name="canaries">Canaries of the model.</param>
    public static IReadOnlyCollection<string> RememberedBy(IEnumerable<V1TrainingRun> runs, IEnumerable<V1ModelVersion> versions, IEnumerable<V1CanaryDeployment> canaries) =>
        runs.Select(static run => run.Status?.ModelVersion)
            .Concat(versions.Select(static version => version.Spec.Lineage?.Parent))
            .Concat(canaries.SelectMany(static canary => ModelVersionUse.VersionsOf(canary).Append(canary.Status?.RejectedVersion)
                .Concat((canary.Status?.History ?? []).SelectMany(static outcome => new[] { outcome.Version, outcome.Stable }))))
            .OfType<string>().ToHashSet(StringComparer.Ordinal);

    /// <summary>Whether a run has published its artifact and has no version yet.</summary>
    public static bool AwaitsNumber(V1TrainingRun run) =>
        run is { Metadata.Uid: not null, Status: { Artifact: not null, ModelVersion: null, Phase: not (TrainingRunPhase.Succeeded or TrainingRunPhase.Failed) } }
        && run.Spec.Output is not { Register: false }
        && !run.IsDeleting;
}
