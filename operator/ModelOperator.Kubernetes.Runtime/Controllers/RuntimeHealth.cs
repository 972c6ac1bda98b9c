using System.Collections.Concurrent;

namespace ModelOperator.Kubernetes.Runtime.Controllers;

/// <summary>What <c>/readyz</c> and <c>/livez</c> answer. Thread-safe.</summary>
public sealed class RuntimeHealth
{
    private readonly ConcurrentDictionary<string, Func<string?>> ready = new();
    private readonly ConcurrentDictionary<string, Func<string?>> live = new();

    /// <summary>Adds a condition of readiness.</summary>
    /// <param name="name">Name.</param>
    /// <param name="problem">Null when all is well, else what is missing.</param>
    public void AddReadiness(string name, Func<string?> problem) => ready[name] = problem;

    /// <summary>Adds a condition of life: when it fails long enough, the process is restarted.</summary>
    /// <param name="name">Name.</param>
    /// <param name="problem">Null when all is well, else what hangs.</param>
    public void AddLiveness(string name, Func<string?> problem) => live[name] = problem;

    /// <summary>What keeps the process from being ready; empty when it is.</summary>
    public IReadOnlyList<string> NotReady() => Problems(ready);

    /// <summary>What hangs; empty when nothing does.</summary>
    public IReadOnlyList<string> NotLive() => Problems(live);

    private static List<string> Problems(ConcurrentDictionary<string, Func<string?>> checks) =>
        [.. checks.OrderBy(static check => check.Key, StringComparer.Ordinal).Select(static check => (check.Key, Problem: check.Value()))
            .Where(static check => check.Problem is not null).Select(static check => $"{check.Key}: {check.Problem}")];
}
