using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Plans;

namespace ModelOperator.TrainingRuns;

/// <summary>
/// Decides what a run needs next: ordered rules, the first that has something to say wins. Pure: the same run, observation and time
/// give the same plan. docs/training-runs.md shows the states and every reason.
/// </summary>
public static partial class TrainingRunPlanner
{
    /// <summary>A Pod that should have stopped this long ago and still claims to run is on a node that does not answer.</summary>
    public static readonly TimeSpan NodeSilence = TimeSpan.FromSeconds(60);

    /// <summary>Longest time that the publisher may take.</summary>
    public static readonly TimeSpan PublishDeadline = TimeSpan.FromHours(1);

    /// <summary>Time between two looks for a dataset that was not there.</summary>
    public static readonly TimeSpan DatasetRetry = TimeSpan.FromSeconds(60);

    /// <summary>Time between two looks at a store that did not answer.</summary>
    public static readonly TimeSpan StoreRetry = TimeSpan.FromSeconds(15);

    /// <summary>Least time between two writes of the trainer's progress.</summary>
    public static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(10);

    /// <summary>The ledger answers within milliseconds; so long a run waits for it before it says in its status that it waits.</summary>
    public static readonly TimeSpan LedgerPatience = TimeSpan.FromSeconds(2);

    /// <summary>So long a new Pod that no node has begun on may wait before its run says so: most are begun on sooner, and of a thousand at once all are made first.</summary>
    public static readonly TimeSpan FirstNews = TimeSpan.FromSeconds(10);

    /// <summary>Time between two looks at a ledger that has room and has not answered.</summary>
    public static readonly TimeSpan LedgerRetry = TimeSpan.FromSeconds(5);

    private const int KeptAttempts = 10;

    private delegate bool Rule(TrainingRunDraft draft);

    private static readonly Rule[] Rules =
    [
        Deleted,
        Over,
        AttemptUnderWay,
        Stopped,
        Registering,
        Invalid,
        Held,
        BackingOff,
        QueueingUnsupported,
        DatasetsMissing,
        Reused,
        WaitingForCleanerGrid,
        BudgetMissing,
        WaitingInLine,
        BeginAttempt,
    ];

    /// <summary>Decides.</summary>
    /// <param name="run">The run as read.</param>
    /// <param name="observed">All else that is known.</param>
    /// <param name="now">The time.</param>
    public static Plan<TrainingRunStatus> Decide(V1TrainingRun run, TrainingRunObserved observed, DateTimeOffset now)
    {
        var draft = new TrainingRunDraft(run, observed, now);
        AcknowledgeCommand(draft);
        foreach (var rule in IsSweep(run) ? SweepRules : Rules)
        {
            if (rule(draft))
                break;
        }

        TidyPods(draft);
        return draft.Build();
    }

    /// <summary>The plan for a child whose name somebody else holds: said in the status, tried again once a minute.</summary>
    public static Plan<TrainingRunStatus> DecideConflict(V1TrainingRun run, TrainingRunObserved observed, string message, DateTimeOffset now)
    {
        var draft = new TrainingRunDraft(run, observed, now);
        draft.Condition(TrainingRunConditions.PodsReady, false, TrainingRunReasons.NameConflict, message);
        draft.Progressing(draft.Status.Phase, TrainingRunReasons.NameConflict, message, stalled: true);
        draft.LookAgain(DatasetRetry);
        return draft.Build();
    }

    private static bool Over(TrainingRunDraft draft)
    {
        if (draft.IsTerminal)
            Expire(draft);
        return draft.IsTerminal;
    }

    private static bool Invalid(TrainingRunDraft draft)
    {
        var problem = string.Join("; ", TrainingRunValidation.Check(draft.Run));
        TrainingEstimate? estimate = null;
        if (problem.Length == 0)
        {
            estimate = draft.Estimate(out var unknown);
            problem = unknown ?? "";
        }

        if (problem.Length > 0)
        {
            if (draft.Counts.Execution == 0)
                draft.Status = draft.Status with { Estimate = null };
            draft.Progressing(TrainingRunPhase.Pending, TrainingRunReasons.InvalidSpec, problem, stalled: true);
            return true;
        }

        // A spec that changed before the start is estimated again; afterwards the estimate is what was reserved.
        var moved = draft.Run.Metadata.Generation != draft.Run.Status?.ObservedGeneration;
        if (draft.Status.Estimate is not null && moved && draft.Counts.Execution == 0)
            draft.Status = draft.Status with { Estimate = estimate };
        return false;
    }

    private static bool DatasetsMissing(TrainingRunDraft draft)
    {
        if (draft.Observed.Datasets is not { } findings)
            return false;
        var worst = findings.FirstOrDefault(f => f.State is DatasetState.NotFound or DatasetState.DigestMismatch)
            ?? findings.FirstOrDefault(f => f.State == DatasetState.Unavailable);
        if (worst is null)
        {
            var text = findings.Count == 0 ? "The run names no dataset." : "Every dataset that can be checked before the start is there.";
            draft.Condition(TrainingRunConditions.DatasetsReady, true, TrainingRunReasons.DatasetsFound, text);
            return false;
        }

        var reason = worst.State switch
        {
            DatasetState.NotFound => TrainingRunReasons.DatasetNotFound,
            DatasetState.DigestMismatch => TrainingRunReasons.DatasetDigestMismatch,
            _ => TrainingRunReasons.ArtifactStoreUnavailable,
        };
        var unavailable = worst.State == DatasetState.Unavailable;
        draft.Condition(TrainingRunConditions.DatasetsReady, unavailable ? null : false, reason, worst.Message);
        draft.Progressing(TrainingRunPhase.Pending, reason, worst.Message, stalled: !unavailable);
        draft.LookAgain(unavailable ? StoreRetry : DatasetRetry);
        return true;
    }

    private static bool BeginAttempt(TrainingRunDraft draft)
    {
        var number = draft.Counts.Execution + 1;
        var name = TrainingRunPods.NameOf(draft.Run.Metadata.Name, number);
        draft.Status = draft.Status with
        {
            Resolved = draft.Status.Resolved ?? TrainingResolution.Begin(draft.Run.Spec, draft.Observed.Datasets ?? [], draft.Observed.Options),
            Attempts = draft.Counts with { Execution = number },
            CurrentAttempt = new TrainingAttempt { Number = number, PodName = name, DecidedAt = draft.Now },
        };
        var message = draft.Run.Spec.Nodes > 1 ? $"Attempt {number} is on record; its Pods come next." : $"Attempt {number} is on record; Pod {name} comes next.";
        draft.Condition(TrainingRunConditions.PodsReady, false, TrainingRunReasons.AttemptDecided, message);
        draft.Progressing(TrainingRunPhase.Starting, TrainingRunReasons.AttemptDecided, message);
        // The executor persists the status before it makes the Pod. Where Pods of an earlier attempt are left, they are tidied away first.
        var attempt = draft.Status.CurrentAttempt!;
        if (draft.OwnPods.Any())
            draft.LookAgain(TimeSpan.FromSeconds(1));
        else
            Create(draft, attempt, TrainingPodGroup.Of([], draft.Run, attempt, draft.Now));
        return true;
    }

    private static void Retire(TrainingRunDraft draft, V1Pod pod)
    {
        var reading = TrainingPodReading.Of(pod, draft.Now);
        if (reading.Quiet)
            return;
        if (reading.NodeLost)
        {
            draft.Want(Intent.Remove(KubernetesDescriptors.Pods, pod, TimeSpan.Zero));
        }
        else if (!pod.IsDeleting)
        {
            draft.Want(Intent.Remove(KubernetesDescriptors.Pods, pod));
            draft.LookAgain(TimeSpan.FromSeconds(TrainingCheckpoints.GraceSeconds(draft.Run.Spec)));
        }
        else
        {
            draft.LookAgainAt(pod.Metadata.DeletionTimestamp!.Value + NodeSilence);
        }
    }
}
