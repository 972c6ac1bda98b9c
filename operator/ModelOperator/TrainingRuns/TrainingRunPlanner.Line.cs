using System.Globalization;
using ModelOperator.Kubernetes.Runtime.Plans;

namespace ModelOperator.TrainingRuns;

/// <summary>Waiting for a turn: the namespace's limit, and what a queue needs of the server.</summary>
public static partial class TrainingRunPlanner
{
    /// <summary>Time between two looks at the place in line; a freed place wakes the first by itself.</summary>
    public static readonly TimeSpan LineRefresh = TimeSpan.FromMinutes(2);

    /// <summary>True for a plan that puts a new attempt on record.</summary>
    public static bool Begins(V1TrainingRun run, Plan<TrainingRunStatus> plan) =>
        plan.Status?.Attempts is { } attempts && attempts.Execution > (run.Status?.Attempts?.Execution ?? 0);

    private static bool QueueingUnsupported(TrainingRunDraft draft)
    {
        if (draft.Run.Spec.Scheduling?.QueueName is not { } queue || draft.Observed.SchedulingGates)
            return false;
        draft.Progressing(
            TrainingRunPhase.Pending,
            TrainingRunReasons.QueueingUnsupported,
            TrainingRunValidation.QueueingUnsupported(queue),
            stalled: true);
        draft.LookAgain(TimeSpan.FromMinutes(10));
        return true;
    }

    private static bool WaitingInLine(TrainingRunDraft draft)
    {
        if (draft.Observed.Turn is not { Granted: false } turn)
            return false;
        var space = draft.Run.Metadata.NamespaceProperty;
        var (reason, message) = turn.Limit is { } limit
            ? (TrainingRunReasons.WaitingInLine, $"{Text(limit)} {(limit == 1 ? "run" : "runs")} of namespace {space} may train at once; place {Place(turn.Place)} in line, by priority, then age.")
            : (TrainingRunReasons.NamespaceLimitInvalid, $"Namespace {space} has annotation {Api.ModelOperatorApi.MaxConcurrentRunsAnnotation} '{turn.Text}'; allowed: a whole number from 0.");
        draft.Progressing(TrainingRunPhase.Queued, reason, message, stalled: turn.Limit is null);
        draft.LookAgain(LineRefresh);
        return true;
    }

    /// <summary>Exact near the front; further back in coarse steps, so that a long line is not written again whenever its head moves.</summary>
    private static string Place(int place)
    {
        if (place <= 10)
            return Text(place);
        var step = place <= 100 ? 10 : 100;
        return $"about {Text((place + step - 1) / step * step)}";
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
