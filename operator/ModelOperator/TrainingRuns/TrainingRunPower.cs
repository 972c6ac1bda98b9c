using ModelOperator.EnergyMetering;
using ModelOperator.Kubernetes;

namespace ModelOperator.TrainingRuns;

/// <summary>Asks sensors about an attempt, once: when nothing of it runs any more. Pure.</summary>
public static class TrainingRunPower
{
    /// <summary>The question; null while the attempt goes on, or when its trainer never ran.</summary>
    public static PowerQuestion? Question(V1TrainingRun run, IReadOnlyList<V1Pod> pods, DateTimeOffset now)
    {
        if (run.Status?.CurrentAttempt is not { PodName: { } name, PodUid: { } uid } attempt)
            return null;
        var pod = pods.FirstOrDefault(p => p.Metadata.Uid == uid);
        var reading = pod is null ? null : TrainingPodReading.Of(pod, now);
        if (reading is { Quiet: false, NodeLost: false } || (reading?.TrainerStarted ?? attempt.StartedAt) is not { } started)
            return null;
        var ended = reading?.TrainerEnded?.FinishedAt ?? attempt.EndedAt ?? now;
        return ended <= started ? null : new PowerQuestion
        {
            Namespace = run.Metadata.NamespaceProperty ?? "",
            Pod = name,
            Start = started,
            End = ended,
            Gpus = TrainingQuantities.Gpus(run.Spec.Resources),
        };
    }
}
