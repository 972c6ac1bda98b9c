using System.Text.Json;
using ModelOperator.Api;
using ModelOperator.Carbon.Grid;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Plans;
using ModelOperator.ModelVersions;
using ModelOperator.TrainingRuns;
using ModelOperator.TrainingRuns.Sweeps;

namespace ModelOperator.Tests.TrainingRuns.Sweeps;

/// <summary>A sweep with its child runs in memory. Writes can be cut off after any number of them, as a killed operator would leave them.</summary>
internal sealed class SweepWorld
{
    private readonly Func<V1TrainingRun, TrialFate> fateOf;

    internal SweepWorld(TrainingSweep sweep, Func<V1TrainingRun, TrialFate> fateOf)
        : this(SweepSpecs.Run(sweep), fateOf)
    {
    }

    internal SweepWorld(V1TrainingRun run, Func<V1TrainingRun, TrialFate> fateOf) => (Run, this.fateOf) = (run, fateOf);

    internal V1TrainingRun Run { get; set; }

    internal Dictionary<string, V1TrainingRun> Children { get; } = new(StringComparer.Ordinal);

    /// <summary>Every creation of a child, in order.</summary>
    internal List<V1TrainingRun> Created { get; } = [];

    internal List<V1ModelVersion> Versions { get; } = [];

    internal List<EventNote> Events { get; } = [];

    internal int MostAtOnce { get; private set; }

    internal ZoneIntensity<AverageSignal>? Grid { get; set; }

    internal DateTimeOffset Now { get; private set; } = Runs.Start;

    internal SweepStatus Sweep => Run.Status!.Sweep!;

    internal Plan<TrainingRunStatus> Decide() => TrainingRunPlanner.Decide(Run, Observe(), Now);

    internal void Advance(TimeSpan time) => Now += time;

    internal void Command(string text) => Run = Annotated(Run, text);

    /// <summary>Reconciles and lets the trials work until nothing moves.</summary>
    internal SweepWorld Settle(int rounds = 120, Func<int, int>? cut = null)
    {
        for (var round = 0; round < rounds; round++)
            Round(cut?.Invoke(round) ?? int.MaxValue);
        return this;
    }

    internal void Round(int most = int.MaxValue)
    {
        Apply(Decide(), most);
        MostAtOnce = Math.Max(MostAtOnce, Children.Values.Count(static c => !IsOver(c)));
        foreach (var name in Children.Keys.ToArray())
            Step(name);
        Now += TimeSpan.FromSeconds(5);
    }

    private TrainingRunObserved Observe() => new()
    {
        Options = Runs.Options,
        Grid = Grid,
        Trials = [.. Children.Values],
        Model = Run.Status?.Artifact is null ? null : Model,
        Version = Versions.Find(v => v.Spec.TrainingRun?.Uid == Run.Metadata.Uid),
    };

    private V1Model Model => new()
    {
        Metadata = new V1ObjectMeta { Name = Run.Spec.ModelName, NamespaceProperty = "team-a" },
        Status = new ModelStatus
        {
            NextVersion = 2,
            Allocations = VersionNumbers.AwaitsNumber(Run) ? [new VersionAllocation { RunUid = Run.Metadata.Uid!, RunName = Run.Metadata.Name, Number = 1 }] : null,
        },
    };

    private void Apply(Plan<TrainingRunStatus> plan, int most)
    {
        if (plan.Status is { } status && most-- > 0)
        {
            var wire = JsonSerializer.SerializeToUtf8Bytes(status, TrainingRunsJson.Default.TrainingRunStatus);
            Run = Run with { Status = JsonSerializer.Deserialize(wire, TrainingRunsJson.Default.TrainingRunStatus) };
        }

        foreach (var intent in plan.Intents)
        {
            if (most-- <= 0)
                return;
            Carry(intent);
        }

        Events.AddRange(plan.Events);
    }

    private void Carry(Intent intent)
    {
        switch (intent)
        {
            case EnsureIntent<V1TrainingRun> { Desired: var child, Mode: EnsureMode.CreateOnly, Owned: true }:
                if (Children.TryGetValue(child.Metadata.Name, out var there) && !there.IsControlledBy(Run.Metadata.Uid))
                    throw new InvalidOperationException($"{child.Metadata.Name} belongs to somebody else");
                if (there is not null)
                    break;
                var made = child with { Metadata = child.Metadata with { Uid = $"child-{Created.Count + 1}", OwnerReferences = [Run.ToControllerReference()], CreationTimestamp = Now } };
                Created.Add(made);
                Children[child.Metadata.Name] = made;
                break;
            case AnnotateIntent<V1TrainingRun> { Annotation: ModelOperatorApi.CommandAnnotation } told:
                Children[told.Target.Metadata.Name] = Annotated(Children[told.Target.Metadata.Name], told.Value);
                break;
            case EnsureIntent<V1Model>:
                break;
            case EnsureIntent<V1ModelVersion> { Desired: var version }:
                if (Versions.TrueForAll(v => v.Metadata.Name != version.Metadata.Name))
                    Versions.Add(version);
                break;
            default:
                throw new InvalidOperationException($"a sweep wants {intent}");
        }
    }

    /// <summary>One step of a child: waits, works, ends. A stop ends what has not published.</summary>
    private void Step(string name)
    {
        var child = Children[name];
        if (IsOver(child) || !child.IsControlledBy(Run.Metadata.Uid))
            return;
        var fate = fateOf(child);
        if (child.Metadata.Annotations?.GetValueOrDefault(ModelOperatorApi.CommandAnnotation)?.StartsWith("stop ", StringComparison.Ordinal) == true)
            Children[name] = End(child, TrainingRunPhase.Failed, TrainingRunReasons.StoppedByUser);
        else if (child.Status is null)
            Children[name] = child with { Status = new TrainingRunStatus { Phase = TrainingRunPhase.Pending } };
        else if (child.Status.Attempts is null)
            Children[name] = child with { Status = child.Status with { Phase = TrainingRunPhase.Running, Attempts = new TrainingAttemptCounts { Execution = 1 } } };
        else if (fate.Deleted)
            Children.Remove(name);
        else if (fate.Value is null)
            Children[name] = End(child, TrainingRunPhase.Failed, TrainingRunReasons.NonRetryableExitCode);
        else if (!fate.Forever)
            Children[name] = Publish(End(child, TrainingRunPhase.Succeeded, TrainingRunReasons.Published), fate);
    }

    private static V1TrainingRun Publish(V1TrainingRun child, TrialFate fate) => child with
    {
        Status = child.Status! with
        {
            Artifact = new ArtifactReference { Uri = $"modelop://sha256/{child.Metadata.Name}", Digest = $"sha256:{child.Metadata.Name}" },
            Metrics = [new NamedValue { Name = fate.Mute ? "mae" : "rmse", Value = fate.Value! }],
            Device = "cpu",
        },
    };

    private static V1TrainingRun End(V1TrainingRun child, TrainingRunPhase phase, string reason) => child with
    {
        Status = (child.Status ?? new TrainingRunStatus()) with
        {
            Phase = phase,
            Reason = reason,
            Energy = child.Status?.Attempts is null ? null : new EnergyRecord { EnergyMilliwattHours = 1000, EmissionsMilligrams = 400, PueMilli = 1200, Method = "ModelledCPU", CoveragePercent = 100 },
        },
    };

    private static bool IsOver(V1TrainingRun run) => run.Status?.Phase is TrainingRunPhase.Succeeded or TrainingRunPhase.Failed;

    private static V1TrainingRun Annotated(V1TrainingRun run, string command) =>
        run with { Metadata = run.Metadata with { Annotations = new() { [ModelOperatorApi.CommandAnnotation] = command } } };

    internal static int NumberOf(V1TrainingRun child) => int.Parse(child.Metadata.Labels![SweepChild.TrialLabel], System.Globalization.CultureInfo.InvariantCulture);
}
