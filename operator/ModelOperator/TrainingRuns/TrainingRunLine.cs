using System.Globalization;
using ModelOperator.Api;
using ModelOperator.CarbonBudgets;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Plans;

namespace ModelOperator.TrainingRuns;

/// <summary>
/// Gives turns where a Namespace limits its runs. Workers decide about runs side by side on caches that lag behind: two that both saw the last free
/// place would both take it. So a turn that was given is remembered here until the cache shows the attempt, or until it is clear that none
/// began: some time after the pass that took it, however long a slow server makes that pass. Only the leader asks; what it forgets by dying, its
/// successor reads from the server before it gives the first turn in a namespace, and holds to until its own cache has come that far. Thread-safe.
/// </summary>
/// <param name="client">API server.</param>
/// <param name="caches">Caches.</param>
/// <param name="time">Clock.</param>
public sealed class TrainingRunLine(IKubernetesClient client, Caches caches, TimeProvider time)
{
    /// <summary>Index of runs by where they stand: namespace and state.</summary>
    public const string Index = "line";

    private const int PageSize = 500;
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(1);

    private readonly IStore<V1Namespace> namespaces = caches.For(KubernetesDescriptors.Namespaces, NamespaceCache);
    private readonly IStore<V1TrainingRun> runs = caches.For(ModelOperatorDescriptors.TrainingRuns, RunCache);
    private readonly Lock gate = new();
    private readonly Dictionary<string, Dictionary<string, Given>> given = new(StringComparer.Ordinal);

    /// <summary>The cache of runs with its index. A run that is over is only looked at again when it changes, and at resyncs.</summary>
    public static CacheOptions<V1TrainingRun> RunCache { get; } = new()
    {
        Indexes = [new(Index, static r => [Key(r.Metadata.NamespaceProperty ?? "", StateOf(r))])],
        SeldomRead = static r => r is { Metadata.DeletionTimestamp: null, Status: { Phase: TrainingRunPhase.Succeeded or TrainingRunPhase.Failed, CurrentAttempt: null } },
    };

    /// <summary>Namespaces without all that nobody reads.</summary>
    public static CacheOptions<V1Namespace> NamespaceCache { get; } = new()
    {
        Transform = static n => new V1Namespace
        {
            Metadata = new V1ObjectMeta
            {
                Name = n.Metadata.Name,
                Uid = n.Metadata.Uid,
                ResourceVersion = n.Metadata.ResourceVersion,
                Labels = NamespaceLabels.Of(n),
                Annotations = Limit(n) is { } limit ? new(StringComparer.Ordinal) { [ModelOperatorApi.MaxConcurrentRunsAnnotation] = limit } : null,
            },
        },
    };

    /// <summary>Whether the run may begin an attempt; null where nothing limits it. A run in Kueue's queue stands in no line of ours.</summary>
    /// <param name="run">The run.</param>
    /// <param name="cancellationToken">Ends the request of a namespace's first turn.</param>
    public async ValueTask<TrainingRunTurn?> AskAsync(V1TrainingRun run, CancellationToken cancellationToken)
    {
        var space = run.Metadata.NamespaceProperty ?? "";
        if (StateOf(run) is LineState.Apart or LineState.Working || LimitOf(space) is not { } text)
            return null;
        await InheritAsync(space, cancellationToken);
        var limit = Parse(text);
        lock (gate)
        {
            // In this order: an attempt that comes into the cache between the two is counted twice over, never not at all.
            var remembered = Remember_NeedsLock(space);
            var working = runs.Find(Index, Key(space, LineState.Working)).Select(static r => r.Metadata.Uid ?? "").ToHashSet(StringComparer.Ordinal);
            remembered.Remove(run.Metadata.Uid ?? "");
            working.UnionWith(remembered.Keys);
            working.Remove(run.Metadata.Uid ?? "");
            var ahead = runs.Find(Index, Key(space, LineState.Waiting)).Count(other => !working.Contains(other.Metadata.Uid ?? "") && Before(other, run) < 0);
            var granted = limit is { } most && working.Count + ahead < most;
            if (granted)
                remembered[run.Metadata.Uid ?? ""] = new Given(run.Metadata.Name, run.Status?.Attempts?.Execution ?? 0);
            return new(granted, ahead + 1, limit, text);
        }
    }

    /// <summary>The pass of a run is over: if it took a turn, what it began is in the cache, or will be soon.</summary>
    /// <param name="run">The run.</param>
    public void Ended(V1TrainingRun run)
    {
        lock (gate)
        {
            if (given.TryGetValue(run.Metadata.NamespaceProperty ?? "", out var turns) && turns.TryGetValue(run.Metadata.Uid ?? "", out var turn) && turn is { EndedAt: null, Inherited: null })
                turns[run.Metadata.Uid ?? ""] = turn with { EndedAt = time.GetTimestamp() };
        }
    }

    /// <summary>Runs that the place of a working run may go to when it ends.</summary>
    public static Func<V1TrainingRun, IEnumerable<NamespacedName>> Successors(Caches caches)
    {
        var (runs, namespaces) = (caches.For(ModelOperatorDescriptors.TrainingRuns, RunCache), caches.For(KubernetesDescriptors.Namespaces, NamespaceCache));
        return run =>
        {
            var space = run.Metadata.NamespaceProperty ?? "";
            if (StateOf(run) != LineState.Working || namespaces.Get("", space) is not { } found || Limit(found) is not { } text || Parse(text) is not { } limit)
                return [];
            return runs.Find(Index, Key(space, LineState.Waiting)).Order(Comparer<V1TrainingRun>.Create(Before)).Take(limit).Select(static r => r.Key);
        };
    }

    /// <summary>Runs that stand in line in a namespace, whose limit may have changed.</summary>
    public static Func<V1Namespace, IEnumerable<NamespacedName>> Waiting(Caches caches)
    {
        var runs = caches.For(ModelOperatorDescriptors.TrainingRuns, RunCache);
        return space => runs.Find(Index, Key(space.Metadata.Name, LineState.Waiting)).Select(static r => r.Key);
    }

    /// <summary>True when a change of a namespace changes its limit.</summary>
    public static bool Limits(CacheChange<V1Namespace> change) =>
        (change.Old is { } old ? Limit(old) : null) != (change.New is { } now ? Limit(now) : null);

    /// <summary>True when a change of a run frees a place.</summary>
    public static bool Frees(CacheChange<V1TrainingRun> change) =>
        change.Old is { } old && StateOf(old) == LineState.Working && (change.New is null || StateOf(change.New) != LineState.Working);

    /// <summary>Higher priority first, then older, then by UID.</summary>
    public static int Before(V1TrainingRun left, V1TrainingRun right)
    {
        var order = right.Spec.Priority.CompareTo(left.Spec.Priority);
        if (order == 0)
            order = Nullable.Compare(left.Metadata.CreationTimestamp, right.Metadata.CreationTimestamp);
        return order != 0 ? order : string.CompareOrdinal(left.Metadata.Uid, right.Metadata.Uid);
    }

    public static LineState StateOf(V1TrainingRun run) => run switch
    {
        { Spec.Scheduling.QueueName: not null } => LineState.Apart,
        { Status.CurrentAttempt: not null } => LineState.Working,
        { Metadata.DeletionTimestamp: not null } => LineState.Apart,
        { Status.Reason: TrainingRunReasons.WaitingInLine or TrainingRunReasons.NamespaceLimitInvalid } => LineState.Waiting,
        _ => LineState.Elsewhere,
    };

    private static string? Limit(V1Namespace space) => space.Metadata.Annotations?.GetValueOrDefault(ModelOperatorApi.MaxConcurrentRunsAnnotation);

    private static int? Parse(string text) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Key(string space, LineState state) => $"{space}/{state switch { LineState.Working => "working", LineState.Waiting => "waiting", _ => "" }}";

    private string? LimitOf(string space) => namespaces.Get("", space) is { } found ? Limit(found) : null;

    /// <summary>Once for a namespace: the turns that a predecessor gave.</summary>
    private async Task InheritAsync(string space, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (given.ContainsKey(space))
                return;
        }

        var turns = new Dictionary<string, Given>(StringComparer.Ordinal);
        await foreach (var page in client.PagesAsync(ModelOperatorDescriptors.TrainingRuns, space, new ListOptions { Limit = PageSize }, cancellationToken))
        {
            foreach (var run in page.Items.Where(static r => StateOf(r) == LineState.Working))
                turns[run.Metadata.Uid ?? ""] = new Given(run.Metadata.Name, (run.Status?.Attempts?.Execution ?? 1) - 1, Inherited: page.Metadata.ResourceVersion ?? "");
        }

        lock (gate)
            given.TryAdd(space, turns);
    }

    private Dictionary<string, Given> Remember_NeedsLock(string space)
    {
        var turns = given[space];
        foreach (var (uid, turn) in turns.ToArray())
        {
            if (IsStale(turn) || Used(space, uid, turn))
                turns.Remove(uid);
        }

        return turns;
    }

    private bool IsStale(Given turn) => turn.Inherited is { } version
        ? ResourceVersions.Includes(runs.ResourceVersion, version)
        : turn.EndedAt is { } at && time.GetElapsedTime(at) > Remembered;

    /// <summary>
    /// Whether the cache shows the attempt that the turn was given for, or no such run any more: an attempt may be over before anybody asks again.
    /// A run of an inherited turn that the cache does not show may as well be one that it does not show yet.
    /// </summary>
    private bool Used(string space, string uid, Given turn) => runs.Get(space, turn.Run) is { } run && run.Metadata.Uid == uid
        ? (run.Status?.Attempts?.Execution ?? 0) > turn.Execution || run.Status?.Phase is TrainingRunPhase.Succeeded or TrainingRunPhase.Failed
        : turn.Inherited is null;

    /// <summary>A turn that was given.</summary>
    /// <param name="Run">Name of the run.</param>
    /// <param name="Execution">Attempts that it had before.</param>
    /// <param name="EndedAt">When the pass that took it ended; null while it is under way.</param>
    /// <param name="Inherited">Version at which the server showed the attempt that a predecessor began; null for a turn of our own.</param>
    private readonly record struct Given(string Run, int Execution, long? EndedAt = null, string? Inherited = null);
}
