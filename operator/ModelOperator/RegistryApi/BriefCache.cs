using System.Collections.Concurrent;

namespace ModelOperator.RegistryApi;

/// <summary>Answers that hold for a moment, bounded. Thread-safe; two who ask at once both ask.</summary>
/// <typeparam name="T">Answer.</typeparam>
/// <param name="time">Clock.</param>
/// <param name="life">How long an answer holds.</param>
/// <param name="most">Most answers.</param>
internal sealed class BriefCache<T>(TimeProvider time, TimeSpan life, int most)
{
    private readonly ConcurrentDictionary<string, (DateTimeOffset Until, T Answer)> answers = new(StringComparer.Ordinal);

    /// <summary>The answer that holds, else a new one. One that throws is not kept.</summary>
    public async Task<T> GetAsync(string key, Func<Task<T>> ask)
    {
        var now = time.GetUtcNow();
        if (answers.TryGetValue(key, out var known) && known.Until > now)
            return known.Answer;
        var answer = await ask();
        if (answers.Count >= most)
        {
            foreach (var (old, held) in answers)
            {
                if (held.Until <= now)
                    answers.TryRemove(old, out _);
            }

            if (answers.Count >= most)
                answers.Clear();
        }

        answers[key] = (now + life, answer);
        return answer;
    }
}
