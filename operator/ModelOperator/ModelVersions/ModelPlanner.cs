using System.Collections.Immutable;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Plans;

namespace ModelOperator.ModelVersions;

/// <summary>Decides a Model's numbers and aliases; pure. The status is written by compare-and-swap, so two deciders never both win.</summary>
public static class ModelPlanner
{
    private const int MaxMessage = 2000;

    /// <summary>The next status of a model, and events for what changed.</summary>
    public static Plan<ModelStatus> Decide(V1Model model, ModelObserved seen, DateTimeOffset now)
    {
        if (model.IsDeleting)
            return Plan<ModelStatus>.Steady(null);
        var name = model.Metadata.Name;
        var all = seen.Versions.Where(version => version.Spec.Model == name).ToList();
        var live = all.Where(static version => !version.IsDeleting && ModelVersionName.NumberOf(version) is not null)
            .ToDictionary(static version => version.Metadata.Name, StringComparer.Ordinal);
        var canaries = seen.Canaries.Where(canary => canary.Spec.Model == name && !canary.IsDeleting).ToList();
        var numbers = VersionNumbers.Of(
            model.Status, [.. seen.Runs.Where(run => run.Spec.ModelName == name)], all, seen.Remembered.Select(one => ModelVersionName.NumberOf(name, one)).OfType<long>());
        var table = AliasTable.Of(model, live, canaries);
        var status = new ModelStatus
        {
            ObservedGeneration = model.Metadata.Generation,
            NextVersion = numbers.Next,
            Allocations = numbers.Allocations.IsEmpty ? null : [.. numbers.Allocations],
            Aliases = table.Aliases.IsEmpty ? null : [.. table.Aliases],
            LatestVersion = live.Values.Where(static version => version.Status?.Phase == ModelVersionPhase.Ready).MaxBy(ModelVersionName.NumberOf)?.Metadata.Name,
            Versions = live.Count,
            Contents = VersionContents.Of(model.Status, all),
            Conditions = ConditionsOf(model, table.Problems, now),
        };
        return Plan<ModelStatus>.Steady(status) with { Events = [.. Events(model.Status, status)] };
    }

    private static List<V1Condition> ConditionsOf(V1Model model, ImmutableArray<AliasProblem> problems, DateTimeOffset now)
    {
        var stalled = problems.FirstOrDefault(static problem => !problem.Waiting);
        var worst = stalled ?? problems.FirstOrDefault();
        var message = string.Join("; ", problems.OrderBy(problem => problem == worst ? 0 : 1).Select(static problem => problem.Message));
        message = message.Length <= MaxMessage ? message : message[..MaxMessage] + "…";
        var generation = model.Metadata.Generation;
        var list = Conditions.Set(model.Status?.Conditions, "Ready", worst is null, worst?.Reason ?? ModelReasons.InStep, worst is null ? "Numbers and aliases are in step." : message, generation, now);
        list = Conditions.Set(
            list, "Reconciling", stalled is null && worst is not null, stalled is null && worst is not null ? worst.Reason : "Settled", stalled is null && worst is not null ? message : "Nothing is under way.", generation, now);
        return Conditions.Set(list, "Stalled", stalled is not null, stalled?.Reason ?? "AsExpected", stalled is null ? "Nothing is in the way." : message, generation, now);
    }

    private static IEnumerable<EventNote> Events(ModelStatus? before, ModelStatus after)
    {
        var given = (before?.Allocations ?? []).Select(static allocation => (allocation.RunUid, allocation.Number)).ToHashSet();
        foreach (var allocation in after.Allocations ?? [])
        {
            if (!given.Contains((allocation.RunUid, allocation.Number)))
                yield return EventNote.Normal(ModelReasons.NumberGiven, $"Run {allocation.RunName} gets number {allocation.Number}.");
        }
        var old = (before?.Aliases ?? []).ToDictionary(static alias => alias.Name, StringComparer.Ordinal);
        foreach (var alias in after.Aliases ?? [])
        {
            if (!old.Remove(alias.Name, out var was))
                yield return EventNote.Normal(ModelReasons.AliasMoved, $"Alias {alias.Name} names {alias.Version} (by {alias.Owner}).");
            else if (was.Version != alias.Version)
                yield return EventNote.Normal(ModelReasons.AliasMoved, $"Alias {alias.Name} moved from {was.Version} to {alias.Version} (by {alias.Owner}).");
        }
        foreach (var gone in old.Values)
            yield return EventNote.Normal(ModelReasons.AliasDropped, $"Alias {gone.Name} no longer names {gone.Version}: nobody asks for it, or its version is gone.");
    }
}
