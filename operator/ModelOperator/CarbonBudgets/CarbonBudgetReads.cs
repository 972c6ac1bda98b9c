using System.Collections.Concurrent;
using ModelOperator.Kubernetes;

namespace ModelOperator.CarbonBudgets;

/// <summary>
/// A namespace's budgets, and those over many, read live for the webhook. Whoever asks while a list is under way shares the next one with all others that do: it begins after
/// they asked, so nobody gets a list older than their request, and hundreds of creates at once cost the API server two lists at a time, not hundreds.
/// Thread-safe.
/// </summary>
/// <param name="client">API server.</param>
internal sealed class CarbonBudgetReads(IKubernetesClient client)
{
    private readonly ConcurrentDictionary<string, Turns> turns = new(StringComparer.Ordinal);

    /// <summary>The budgets as they were at some moment after the call.</summary>
    /// <exception cref="KubernetesException">They cannot be read.</exception>
    public Task<IReadOnlyList<V1CarbonBudget>> ListAsync(string space, CancellationToken cancellationToken) =>
        turns.GetOrAdd(space, static _ => new()).Join(() => ReadAsync(space)).WaitAsync(cancellationToken);

    // The client's own time-out ends it; nobody's patience alone may end what others wait for.
    private Task<IReadOnlyList<V1CarbonBudget>> ReadAsync(string space) => LiveBudgets.ListAsync(client, space, CancellationToken.None);

    private sealed class Turns
    {
        private readonly Lock gate = new();
        private Task<IReadOnlyList<V1CarbonBudget>>? current;
        private Task<IReadOnlyList<V1CarbonBudget>>? next;

        public Task<IReadOnlyList<V1CarbonBudget>> Join(Func<Task<IReadOnlyList<V1CarbonBudget>>> read)
        {
            lock (gate)
            {
                if (current is null or { IsCompleted: true } && next is null)
                    return current = read();
                return next ??= AfterAsync(current!, read);
            }
        }

        private async Task<IReadOnlyList<V1CarbonBudget>> AfterAsync(Task<IReadOnlyList<V1CarbonBudget>> before, Func<Task<IReadOnlyList<V1CarbonBudget>>> read)
        {
            await ((Task)before).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
            Task<IReadOnlyList<V1CarbonBudget>> own;
            lock (gate)
            {
                current = own = read();
                next = null;
            }

            return await own;
        }
    }
}
