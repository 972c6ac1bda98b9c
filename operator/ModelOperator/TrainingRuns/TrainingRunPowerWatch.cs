using System.Collections.Concurrent;
using ModelOperator.EnergyMetering;
using ModelOperator.Kubernetes;

namespace ModelOperator.TrainingRuns;

/// <summary>
/// What sensors say about runs at work. An answer holds for a tenth of the time that the attempt has trained, a minute at most: a trainer that reports
/// its progress each second must not ask Prometheus each second. Thread-safe.
/// </summary>
/// <param name="power">Sensors.</param>
/// <param name="time">Clock.</param>
public sealed class TrainingRunPowerWatch(IPowerMeter power, TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, (int Attempt, DateTimeOffset Until, PowerEvidence? Answer)> answers = new(StringComparer.Ordinal);

    /// <summary>The answer about the attempt at work; null when none is, or when sensors have none.</summary>
    public async Task<PowerEvidence?> AskAsync(V1TrainingRun run, IReadOnlyList<V1Pod> pods, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (TrainingRunPower.QuestionsAtWork(run, pods, now) is not { Count: > 0 } questions)
        {
            Forget(run);
            return null;
        }

        var attempt = run.Status!.CurrentAttempt!.Number;
        if (answers.TryGetValue(run.Metadata.Uid!, out var known) && known.Attempt == attempt && now < known.Until)
            return known.Answer;
        var answer = await TrainingRunPower.AskAsync(power, questions, cancellationToken);
        var good = (now - questions[0].Start) / 10;
        answers[run.Metadata.Uid!] = (attempt, now + (good < Longest ? good : Longest), answer);
        return answer;
    }

    /// <summary>Forgets a run that no budget holds anything for.</summary>
    public void Forget(V1TrainingRun run) => answers.TryRemove(run.Metadata.Uid!, out _);
}
