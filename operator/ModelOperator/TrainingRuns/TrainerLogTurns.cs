namespace ModelOperator.TrainingRuns;

/// <summary>
/// When the log of each working trainer is looked at: soon after it was first seen at work, then about every <see cref="Interval"/>, and never
/// more than so many at once, the one that is due longest first. Not thread-safe.
/// </summary>
/// <param name="jitter">Numbers in [0, 1).</param>
public sealed class TrainerLogTurns(Func<double> jitter)
{
    /// <summary>Time between two looks at one log, give or take a fifth.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    /// <summary>Longest time to the first look.</summary>
    public static readonly TimeSpan First = TimeSpan.FromSeconds(10);

    private Dictionary<string, DateTimeOffset> due = new(StringComparer.Ordinal);

    /// <summary>Whose turn it is; those that no longer work are forgotten.</summary>
    /// <param name="working">UIDs of the Pods whose trainers work.</param>
    /// <param name="most">Most that are taken.</param>
    /// <param name="now">The time.</param>
    public IReadOnlyList<string> Take(IEnumerable<string> working, int most, DateTimeOffset now)
    {
        var next = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var uid in working)
            next[uid] = due.TryGetValue(uid, out var at) ? at : now + (First * (0.5 + (0.5 * jitter())));
        due = next;
        List<string> taken = [.. next.Where(d => d.Value <= now).OrderBy(static d => d.Value).ThenBy(static d => d.Key, StringComparer.Ordinal).Take(most).Select(static d => d.Key)];
        foreach (var uid in taken)
            next[uid] = now + (Interval * (0.8 + (0.4 * jitter())));
        return taken;
    }
}
