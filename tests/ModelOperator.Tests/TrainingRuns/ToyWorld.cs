using System.Text.Json;
using ModelOperator.Api;
using ModelOperator.Carbon.Grid;
using ModelOperator.CarbonBudgets;
using ModelOperator.EnergyMetering;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Plans;
using ModelOperator.ModelVersions;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.TrainingRuns;

/// <summary>
/// A cluster in memory: one run, its Pods, the real ledger, a Model that gives numbers. Writes can be cut off after any number of them,
/// as a killed operator would leave them.
/// </summary>
internal sealed class ToyWorld
{
    private readonly Dictionary<string, PodFate> fates = new(StringComparer.Ordinal);
    private readonly Func<int, PodFate> fateOf;
    private int uids;

    internal ToyWorld(Func<int, PodFate> fateOf, TrainingRunSpec? spec = null, params V1CarbonBudget[] budgets)
    {
        this.fateOf = fateOf;
        Run = Runs.Run(spec);
        Budgets = [.. budgets];
    }

    internal DateTimeOffset Now { get; private set; } = Runs.Start;

    internal V1TrainingRun? Run { get; set; }

    internal List<V1Pod> Pods { get; } = [];

    internal List<V1CarbonBudget> Budgets { get; }

    internal V1Model? Model { get; private set; }

    internal List<V1ModelVersion> Versions { get; } = [];

    internal List<EventNote> Events { get; } = [];

    internal Dictionary<string, V1Service> Services { get; } = new(StringComparer.Ordinal);

    internal HashSet<string> LostNodes { get; } = new(StringComparer.Ordinal);

    internal bool SchedulingGates { get; set; } = true;

    /// <summary>Whether the server has native sidecars, and an endpoint takes what they report.</summary>
    internal bool Sidecars { get; init; }

    internal TrainingRunTurn? Turn { get; set; }

    internal ZoneIntensity<AverageSignal>? Grid { get; set; }

    internal ZoneIntensity<MarginalSignal>? MarginalGrid { get; set; }

    internal TrainingProgress? Progress { get; set; }

    /// <summary>What sensors say about the attempt at work.</summary>
    internal Func<V1TrainingRun, PowerEvidence?> Power { get; set; } = static _ => null;

    internal int PodsCreated { get; private set; }

    internal List<V1Secret> Secrets { get; } = [];

    internal List<V1ConfigMap> ConfigMaps { get; } = [];

    /// <summary>True once a Pod was created while one of another attempt could still run.</summary>
    internal bool Overlap { get; private set; }

    internal int Writes { get; private set; }

    internal IReadOnlyList<DatasetFinding> Datasets { get; set; } = Runs.Found;

    internal TrainingRunStatus Status => Run?.Status ?? throw new InvalidOperationException("the run has no status yet");

    internal void Advance(TimeSpan time) => Now += time;

    internal TrainingRunObserved Observe() => new()
    {
        Options = Sidecars ? Runs.Options with { StatusUrl = "https://status" } : Runs.Options,
        Sidecars = Sidecars,
        Pods = [.. Pods],
        Budgets = CarbonBudgetMatcher.Matching(Budgets, Run!),
        Holding = [.. Budgets.Where(b => b.Status?.Holds?.Any(h => h.RunUid == Run!.Metadata.Uid) == true)],
        Model = Model,
        Version = Versions.Find(v => v.Spec.TrainingRun?.Uid == Run!.Metadata.Uid),
        Versions = Run!.Spec.Reuse == TrainingReuse.IfIdentical ? [.. Versions] : [],
        Leftovers = TrainingRunExpiry.AsksForLeftovers(Run, Now) ? new TrainingRunLeftovers { Secrets = [.. Secrets], ConfigMaps = [.. ConfigMaps] } : null,
        Datasets = Run!.Status?.CurrentAttempt is null ? Datasets : null,
        LostNodes = LostNodes,
        SchedulingGates = SchedulingGates,
        Turn = Turn,
        Grid = Grid,
        MarginalGrid = MarginalGrid,
        Progress = Progress,
        Power = TrainingRunPower.QuestionsAtWork(Run!, Pods, Now).Count > 0 ? Power(Run!) : null,
    };

    internal Plan<TrainingRunStatus> Decide() => TrainingRunPlanner.Decide(Run!, Observe(), Now);

    /// <summary>One reconcile; at most so many of its writes happen before the operator dies.</summary>
    internal Plan<TrainingRunStatus> Reconcile(int most = int.MaxValue)
    {
        // Nothing is decided about what is gone.
        return Run is null ? Plan<TrainingRunStatus>.Steady(null) : Apply(Decide(), most);
    }

    private Plan<TrainingRunStatus> Apply(Plan<TrainingRunStatus> plan, int most)
    {
        var left = most;
        if (plan.Status is { } status && left-- > 0)
        {
            Writes++;
            // Through JSON, as the server would: what is lost on the way shows up as a difference.
            var wire = JsonSerializer.SerializeToUtf8Bytes(status, TrainingRunsJson.Default.TrainingRunStatus);
            Run = Run! with { Status = JsonSerializer.Deserialize(wire, TrainingRunsJson.Default.TrainingRunStatus) };
        }

        foreach (var intent in plan.Intents)
        {
            if (left-- <= 0)
                return plan;
            Writes++;
            Carry(intent);
        }

        Events.AddRange(plan.Events);
        return plan;
    }

    private void Carry(Intent intent)
    {
        switch (intent)
        {
            case EnsureIntent<V1Pod> { Desired: var pod }:
                if (Pods.TrueForAll(p => p.Metadata.Name != pod.Metadata.Name))
                    CreatePod(pod);
                break;
            case EnsureIntent<V1Model> { Desired: var model }:
                Model ??= model;
                break;
            case EnsureIntent<V1ModelVersion> { Desired: var version }:
                if (Versions.TrueForAll(v => v.Metadata.Name != version.Metadata.Name))
                    Versions.Add(version);
                break;
            case EnsureIntent<V1ServiceAccount> { Owned: false } or EnsureIntent<V1NetworkPolicy>:
                break;
            case EnsureIntent<V1Secret> { Desired: var secret }:
                if (Secrets.TrueForAll(s => s.Metadata.Name != secret.Metadata.Name))
                    Secrets.Add(secret with { Metadata = secret.Metadata with { Uid = "secret-" + secret.Metadata.Name } });
                break;
            case EnsureIntent<V1ConfigMap> { Desired: var map }:
                if (ConfigMaps.TrueForAll(m => m.Metadata.Name != map.Metadata.Name))
                    ConfigMaps.Add(map with { Metadata = map.Metadata with { Uid = "map-" + map.Metadata.Name } });
                break;
            case RemoveIntent<V1Secret> { Uid: var gone }:
                Secrets.RemoveAll(s => s.Metadata.Uid == gone);
                break;
            case RemoveIntent<V1ConfigMap> { Uid: var gone }:
                ConfigMaps.RemoveAll(m => m.Metadata.Uid == gone);
                break;
            case RemoveIntent<V1TrainingRun>:
                Delete();
                break;
            case EnsureIntent<V1Service> { Desired: var service }:
                Services[service.Metadata.Name] = service;
                break;
            case RemoveIntent<V1Pod> remove:
                Change(remove.Uid, p => remove.Grace == TimeSpan.Zero ? null
                    : p with { Metadata = p.Metadata with { DeletionTimestamp = p.Metadata.DeletionTimestamp ?? Now.AddSeconds(30), DeletionGracePeriodSeconds = remove.Grace is null ? 30 : 0 } });
                break;
            default:
                throw new InvalidOperationException($"the world knows no {intent.GetType()}");
        }
    }

    private void CreatePod(V1Pod pod)
    {
        PodsCreated++;
        Overlap |= Pods.Exists(p => p.Metadata.Labels!["modeloperator.io/attempt"] != pod.Metadata.Labels!["modeloperator.io/attempt"]
            && p.Status?.Phase is not ("Succeeded" or "Failed") && p.Metadata.DeletionGracePeriodSeconds != 0);
        var uid = $"pod-{++uids}";
        fates[uid] = fateOf(PodsCreated);
        Pods.Add(pod with { Metadata = pod.Metadata with { Uid = uid, OwnerReferences = [Run!.ToControllerReference()], CreationTimestamp = Now } });
    }

    private void Change(string uid, Func<V1Pod, V1Pod?> change)
    {
        var index = Pods.FindIndex(p => p.Metadata.Uid == uid);
        if (index < 0)
            return;
        if (change(Pods[index]) is { } next)
            Pods[index] = next;
        else
            Pods.RemoveAt(index);
    }

    /// <summary>Everybody but the operator's room does one step: kubelet, ledger, Model, garbage collector.</summary>
    internal void Others()
    {
        foreach (var pod in Pods.ToArray())
            Change(pod.Metadata.Uid!, p => ToyKubelet.Step(p, fates[p.Metadata.Uid!], Now));
        Pods.RemoveAll(p => p.Metadata.DeletionTimestamp is not null && (p.Status?.Phase is "Succeeded" or "Failed" || p.Metadata.DeletionGracePeriodSeconds == 0));
        Ledger();
        Number();
        if (Run is { Metadata.DeletionTimestamp: not null })
            Run = null;
    }

    private void Ledger()
    {
        IReadOnlyList<V1TrainingRun> runs = Run is null ? [] : [Run];
        foreach (var write in CarbonBudgetPlanner.Decide(Budgets, runs, Now).Writes)
            Budgets[Budgets.FindIndex(b => b.Metadata.Name == write.Budget.Metadata.Name)] = write.Budget with { Status = write.Next };
    }

    private void Number()
    {
        if (Model is null || Run?.Status?.Artifact is null || Run.Status.ModelVersion is not null)
            return;
        var status = Model.Status ?? new ModelStatus { NextVersion = 1 };
        if (status.Allocations?.Any(a => a.RunUid == Run.Metadata.Uid) == true)
            return;
        Model = Model with
        {
            Status = status with
            {
                NextVersion = status.NextVersion + 1,
                Allocations = [.. status.Allocations ?? [], new VersionAllocation { RunUid = Run.Metadata.Uid!, RunName = Run.Metadata.Name, Number = status.NextVersion }],
            },
        };
    }

    /// <summary>What Kueue does when it admits Pods.</summary>
    internal void Admit()
    {
        foreach (var pod in Pods.ToArray())
            Change(pod.Metadata.Uid!, p => p with { Spec = p.Spec! with { SchedulingGates = null } });
    }

    internal void Delete() => Run = Run! with { Metadata = Run.Metadata with { DeletionTimestamp = Now } };

    /// <summary>The spec changes, as a person or git would have it.</summary>
    internal void Edit(Func<TrainingRunSpec, TrainingRunSpec> change) =>
        Run = Run! with { Spec = change(Run.Spec), Metadata = Run.Metadata with { Generation = Run.Metadata.Generation + 1 } };

    internal void Command(string text) =>
        Run = Run! with { Metadata = Run.Metadata with { Annotations = new() { [ModelOperatorApi.CommandAnnotation] = text } } };

    /// <summary>Reconciles and lets the others work until nothing moves or the run is over and settled.</summary>
    internal ToyWorld Settle(int rounds = 200, Func<int, int>? cut = null)
    {
        for (var round = 0; round < rounds; round++)
        {
            var plan = Reconcile(cut?.Invoke(round) ?? int.MaxValue);
            Others();
            Advance(plan.RequeueAfter is { } wait && plan.Status is null && plan.Intents.IsEmpty ? Min(wait, TimeSpan.FromSeconds(30)) : TimeSpan.FromSeconds(5));
        }

        return this;
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
