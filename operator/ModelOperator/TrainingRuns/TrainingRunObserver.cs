using ModelOperator.Api;
using ModelOperator.CarbonBudgets;
using ModelOperator.EnergyMetering;
using ModelOperator.GridSources;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.ModelVersions;

namespace ModelOperator.TrainingRuns;

/// <summary>The only code of the room that reads: caches, the datasets' sources and the trainers' reports.</summary>
/// <param name="caches">Caches.</param>
/// <param name="client">API server, for a Pod that the cache lost.</param>
/// <param name="datasets">Looks for datasets.</param>
/// <param name="progress">Trainers' reports.</param>
/// <param name="credentials">Makes tokens.</param>
/// <param name="asks">Requests to the ledger that no status shows yet.</param>
/// <param name="logs">Reads the log of a trainer that left no metrics.</param>
/// <param name="server">What the server can do.</param>
/// <param name="time">Clock.</param>
/// <param name="options">Settings of the installation.</param>
/// <param name="grid">Intensities; the yearly table alone when null.</param>
/// <param name="power">Sensors; none when null.</param>
/// <param name="calibrations">What past runs say about estimates; nothing when null.</param>
public sealed class TrainingRunObserver(
    Caches caches,
    IKubernetesClient client,
    IDatasetProber datasets,
    IProgressSource progress,
    TrainingRunCredentials credentials,
    TrainingRunAsks asks,
    TrainerLogReader logs,
    ServerCapabilities server,
    TimeProvider time,
    OperatorOptions options,
    GridKnowledge? grid = null,
    IPowerMeter? power = null,
    TrainingRunCalibrations? calibrations = null)
{
    /// <summary>Name of the index of ModelVersions by the UID of their run.</summary>
    public const string VersionsByRun = "runUid";

    /// <summary>Name of the index of runs that are not over, by namespace.</summary>
    public const string OpenRuns = "open";

    private readonly IStore<V1Pod> pods = caches.For(KubernetesDescriptors.Pods, ManagedCaches.Pods);
    private readonly CarbonBudgetStore budgets = new(client, caches);
    private readonly IStore<V1Model> models = caches.For(ModelOperatorDescriptors.Models);
    private readonly IStore<V1ModelVersion> versions = caches.For(ModelOperatorDescriptors.ModelVersions, VersionCache);

    /// <summary>The cache of runs with its index: of ten thousand runs few are not over.</summary>
    public static CacheOptions<V1TrainingRun> RunCache { get; } = new()
    {
        Indexes = [new(OpenRuns, static r => r.Status?.Phase is TrainingRunPhase.Succeeded or TrainingRunPhase.Failed ? [] : [r.Metadata.NamespaceProperty ?? ""])],
    };

    /// <summary>Runs of a namespace, or of all, that are not over.</summary>
    public static IReadOnlyList<V1TrainingRun> OpenRunsOf(IStore<V1TrainingRun> runs, string? space) =>
        space is null ? [.. runs.CountBy(OpenRuns).Keys.SelectMany(each => runs.Find(OpenRuns, each))] : runs.Find(OpenRuns, space);

    private readonly TrainingRunPowerWatch? watch = power is null ? null : new(power, time);
    private readonly Sweeps.SweepTrialReader trials = new(caches, client);

    /// <summary>The cache of ModelVersions with its index.</summary>
    public static CacheOptions<V1ModelVersion> VersionCache { get; } = new()
    {
        Indexes = [new(VersionsByRun, static v => v.Spec.TrainingRun?.Uid is { } uid ? [uid] : [])],
    };

    /// <summary>All that the decision may know.</summary>
    public async Task<TrainingRunObserved> ObserveAsync(V1TrainingRun run, CancellationToken cancellationToken)
    {
        var space = run.Metadata.NamespaceProperty!;
        var uid = run.Metadata.Uid!;
        var all = budgets.List(space);
        var observed = new TrainingRunObserved
        {
            Options = options,
            Pods = await PodsAsync(run, cancellationToken),
            Budgets = await BudgetsAsync(run, CarbonBudgetMatcher.Matching(all, run, budgets.LabelsOf), cancellationToken),
            Holding = await HoldingAsync(run, [.. all.Where(b => TrainingRunPlanner.Holds(b, run)).OrderBy(CarbonBudgetLedgers.NameOf, StringComparer.Ordinal)], cancellationToken),
            Model = models.Get(space, run.Spec.ModelName),
            Progress = progress.Find(uid),
            Tokens = run.Status?.Phase is TrainingRunPhase.Succeeded or TrainingRunPhase.Failed
                ? TrainingRunTokens.None
                : credentials.For(run, options.StatusUrl is not null),
            Asking = asks.WaitedFor(run),
            Trials = await trials.ReadAsync(run, cancellationToken),
        };
        observed = observed with { Logged = await logs.ReadAsync(observed.Pods, run.Status?.CurrentAttempt?.PodUid, cancellationToken) };
        observed = observed with { Version = Version(run, observed.Model), Versions = Earlier(run), Baselines = BaselinesOf(run, observed.Model) };
        if (TrainingRunExpiry.AsksForLeftovers(run, time.GetUtcNow()))
            observed = observed with { Leftovers = await LeftoversAsync(run, cancellationToken) };
        observed = await StartAsync(run, observed, cancellationToken);
        if (run.Status?.Phase is not (TrainingRunPhase.Succeeded or TrainingRunPhase.Failed))
        {
            observed = observed with
            {
                Calibration = calibrations?.For(run),
                Grid = grid is null ? null : await grid.AverageAsync(TrainingRunEstimates.ZoneOf(run.Spec, options), cancellationToken),
            };
        }

        if (grid is not null && (TrainingRunPlanner.MayWait(run) || TrainingRunPlanner.MayPause(run)))
            observed = observed with { MarginalGrid = await grid.MarginalAsync(TrainingRunEstimates.ZoneOf(run.Spec, options), cancellationToken) };
        if (power is not null && TrainingRunPower.Questions(run, observed.Pods, time.GetUtcNow()) is { Count: > 0 } questions)
            observed = observed with { Power = await TrainingRunPower.AskAsync(power, questions, cancellationToken) };
        else if (observed.Holding.Count == 0)
            watch?.Forget(run);
        else if (watch is not null)
            observed = observed with { Power = await watch.AskAsync(run, observed.Pods, cancellationToken) };
        return AsksForDatasets(run, observed)
            ? observed with { Datasets = await datasets.ProbeAsync(run, cancellationToken) }
            : observed;
    }

    private Task<IReadOnlyList<V1Pod>> PodsAsync(V1TrainingRun run, CancellationToken cancellationToken) =>
        TrainingRunLiveReads.PodsAsync(client, run, pods.Find(StoreIndexes.OwnerUid, run.Metadata.Uid!), cancellationToken);

    /// <summary>What matters to a run that is about to begin an attempt, or whose ranks have begun to fail.</summary>
    private async Task<TrainingRunObserved> StartAsync(V1TrainingRun run, TrainingRunObserved observed, CancellationToken cancellationToken)
    {
        if (await TrainingRunLiveReads.LostNodesAsync(client, run, observed.Pods, time.GetUtcNow(), cancellationToken) is { } lost)
            observed = observed with { LostNodes = lost };
        if (options.StatusUrl is not null && run.Status is not { Phase: TrainingRunPhase.Succeeded or TrainingRunPhase.Failed })
            observed = observed with { Sidecars = await server.HasSidecarsAsync(cancellationToken) };
        if (run.Status is { CurrentAttempt: not null } or { Artifact: not null } or { Phase: TrainingRunPhase.Succeeded or TrainingRunPhase.Failed })
            return observed;
        return run.Spec.Scheduling?.QueueName is null ? observed : observed with { SchedulingGates = await server.HasSchedulingGatesAsync(cancellationToken) };
    }

    /// <summary>
    /// With several budgets a partial hold may have been given back while the cache still shows it beside a newer one: before the first
    /// start all of them are read from the server. One budget alone gives no hold back that a run waits for.
    /// </summary>
    private async Task<IReadOnlyList<V1CarbonBudget>> BudgetsAsync(V1TrainingRun run, IReadOnlyList<V1CarbonBudget> matching, CancellationToken cancellationToken)
    {
        if (matching.Count < 2 || run.Status is { Attempts.Execution: > 0 } || run.IsDeleting || !matching.All(b => TrainingRunPlanner.Holds(b, run)))
            return matching;
        return await budgets.ReadAsync(matching, cancellationToken);
    }

    /// <summary>The same before a run that budgets paused goes on.</summary>
    private async Task<IReadOnlyList<V1CarbonBudget>> HoldingAsync(V1TrainingRun run, IReadOnlyList<V1CarbonBudget> holding, CancellationToken cancellationToken) =>
        holding.Count < 2 || !CarbonBudgetPlanner.IsPausedByBudget(run) || !TrainingRunPlanner.HoldWhatRemains(run, holding)
            ? holding
            : [.. (await budgets.ReadAsync(holding, cancellationToken)).Where(b => TrainingRunPlanner.Holds(b, run))];

    /// <summary>Versions that a run which reuses, and has not begun, may be answered by.</summary>
    private IReadOnlyList<V1ModelVersion> Earlier(V1TrainingRun run) =>
        run.Spec.Reuse == TrainingReuse.IfIdentical && run.Status is not { Attempts.Execution: > 0 }
            ? [.. versions.List(run.Metadata.NamespaceProperty!).Where(v => v.Spec.Model == run.Spec.ModelName)]
            : [];

    /// <summary>Asked for once in a run's life, so the server is asked: no cache is kept for it.</summary>
    private async Task<TrainingRunLeftovers> LeftoversAsync(V1TrainingRun run, CancellationToken cancellationToken) => new()
    {
        Secrets = await OwnAsync(KubernetesDescriptors.Secrets, run, cancellationToken),
        ConfigMaps = await OwnAsync(KubernetesDescriptors.ConfigMaps, run, cancellationToken),
        Services = await OwnAsync(KubernetesDescriptors.Services, run, cancellationToken),
        NetworkPolicies = await OwnAsync(KubernetesDescriptors.NetworkPolicies, run, cancellationToken),
    };

    private async Task<IReadOnlyList<T>> OwnAsync<T>(EntityDescriptor<T> kind, V1TrainingRun run, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        var list = await client.ListAllAsync(
            kind, run.Metadata.NamespaceProperty, new ListOptions { LabelSelector = $"{ModelOperatorApi.RunUidLabel}={run.Metadata.Uid}" }, cancellationToken);
        return [.. list.Items.Where(o => o.IsControlledBy(run.Metadata.Uid) && !o.IsDeleting)];
    }

    private V1ModelVersion? Version(V1TrainingRun run, V1Model? model)
    {
        if (run.Status?.Artifact is null)
            return null;
        if (versions.Find(VersionsByRun, run.Metadata.Uid!) is [var own, ..])
            return own;
        var number = model?.Status?.Allocations?.FirstOrDefault(a => a.RunUid == run.Metadata.Uid)?.Number;
        return number is { } given ? versions.Get(run.Metadata.NamespaceProperty!, TrainingRunChildren.VersionName(run, given)) : null;
    }

    private IReadOnlyList<GateBaseline> BaselinesOf(V1TrainingRun run, V1Model? model) => run.Status?.Artifact is null || model is null
        ? []
        : ModelGateBaselines.Of(model, null, name => versions.Get(run.Metadata.NamespaceProperty!, name));

    /// <summary>Datasets are looked up before a budget is asked and before an attempt begins, never while a run waits or works.</summary>
    private static bool AsksForDatasets(V1TrainingRun run, TrainingRunObserved observed)
    {
        var status = run.Status;
        if (TrainingRunPlanner.IsSweep(run) || run.IsDeleting || status?.CurrentAttempt is not null || status?.Artifact is not null)
            return false;
        if (status?.Phase is TrainingRunPhase.Succeeded or TrainingRunPhase.Failed)
            return false;
        var waits = Conditions.IsTrue(status?.Conditions, TrainingRunConditions.DatasetsReady)
            && status?.Estimate is not null
            && observed.Budgets.Count > observed.Holding.Count;
        return !waits;
    }
}
