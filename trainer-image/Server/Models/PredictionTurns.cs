using System.Diagnostics.CodeAnalysis;

namespace ModelOperator.Server.Models;

/// <summary>
/// Long predictions, of all models together, are made side by side on as many threads as there are processors, and wait in the order in which they came. More at once would be no faster, and would take all
/// threads of the pool: new connections wait for one of these, those of the probes among them, and a server that is only busy would be restarted.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "The semaphore's wait handle is never made.")]
internal sealed class PredictionTurns(int most)
{
    private readonly SemaphoreSlim _turns = new(most);

    /// <summary>Turns that are free.</summary>
    internal int Free => _turns.CurrentCount;

    /// <summary>Returns with a turn, which <see cref="Leave"/> gives back.</summary>
    /// <exception cref="OperationCanceledException">None was free in time.</exception>
    internal Task EnterAsync(CancellationToken cancellationToken) => _turns.WaitAsync(cancellationToken);

    internal void Leave() => _turns.Release();

    /// <summary>Lets the pool have a thread at once for what is short while long predictions have one each.</summary>
    internal static void MakeRoom()
    {
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMinThreads(Math.Max(workers, 2 * Environment.ProcessorCount), ports);
    }
}
