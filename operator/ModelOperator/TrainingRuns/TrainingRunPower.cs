using System.Globalization;
using ModelOperator.EnergyMetering;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;

namespace ModelOperator.TrainingRuns;

/// <summary>Asks sensors about an attempt, once: when nothing of it runs any more, or its model is published.</summary>
public static class TrainingRunPower
{
    /// <summary>Most Pods of an attempt that sensors are asked about; larger ones are modelled.</summary>
    public const int MostPods = 16;

    /// <summary>The questions, one per Pod; none while the attempt goes on, or when not every trainer of it ran. Pure.</summary>
    public static IReadOnlyList<PowerQuestion> Questions(V1TrainingRun run, IReadOnlyList<V1Pod> pods, DateTimeOffset now) =>
        Questions(run, pods, now, static group => !group.StillRuns || group.First.IsDone);

    /// <summary>The questions about an attempt at work, until now; none before all of its trainers run or after they ended. Pure.</summary>
    public static IReadOnlyList<PowerQuestion> QuestionsAtWork(V1TrainingRun run, IReadOnlyList<V1Pod> pods, DateTimeOffset now) =>
        Questions(run, pods, now, static group => group is { StillRuns: true, AllStarted: not null, AllTrainersEnded: false });

    private static List<PowerQuestion> Questions(V1TrainingRun run, IReadOnlyList<V1Pod> pods, DateTimeOffset now, Func<TrainingPodGroup, bool> concerns)
    {
        if (run.Status?.CurrentAttempt is not { } attempt)
            return [];
        var group = TrainingPodGroup.Of(pods.Where(p => p.IsControlledBy(run.Metadata.Uid)), run, attempt, now);
        if (group.IsUnborn || !concerns(group))
            return [];
        List<PowerQuestion> questions = [.. group.Ranks.Select(r => Question(run, attempt, r, now)).OfType<PowerQuestion>()];
        return questions.Count == group.Ranks.Count ? questions : [];
    }

    /// <summary>Asks them one after the other and puts the answers together.</summary>
    public static async Task<PowerEvidence?> AskAsync(IPowerMeter power, IReadOnlyList<PowerQuestion> questions, CancellationToken cancellationToken)
    {
        if (questions.Count > MostPods)
            return new() { GpuProblem = string.Create(CultureInfo.InvariantCulture, $"sensors are asked about {MostPods} Pods at most, not {questions.Count}") };
        var answers = new List<PowerEvidence>();
        foreach (var question in questions)
        {
            if (await power.MeasureAsync(question, cancellationToken) is { } answer)
                answers.Add(answer);
        }

        return answers.Count == questions.Count ? PowerEvidence.Of(answers) : null;
    }

    private static PowerQuestion? Question(V1TrainingRun run, TrainingAttempt attempt, TrainingRank rank, DateTimeOffset now)
    {
        if ((rank.Reading?.TrainerStarted ?? attempt.StartedAt) is not { } started)
            return null;
        var ended = rank.Reading?.TrainerEnded?.FinishedAt ?? attempt.EndedAt ?? now;
        return ended <= started ? null : new PowerQuestion
        {
            Namespace = run.Metadata.NamespaceProperty ?? "",
            Pod = rank.PodName,
            Start = started,
            End = ended,
            Gpus = TrainingQuantities.Gpus(run.Spec.Resources),
            Container = TrainingRunPods.TrainerContainer,
        };
    }
}
