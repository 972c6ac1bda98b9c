using System.Globalization;
using System.Security.Cryptography;

namespace ModelOperator.Artifacts;

/// <summary>
/// Repeats a transfer while the other side is away. The window opens at the first failure, progress renews it, and a few
/// tries are always made: one of them alone may last longer than the window.
/// </summary>
public sealed class Retry(RetryOptions options, TimeProvider time, Func<string, Task> report)
{
    private const int LeastTries = 3;

    /// <summary>Runs an operation until it succeeds, fails for good, or the window has passed without progress.</summary>
    /// <param name="what">What is done, for the progress line.</param>
    /// <param name="operation">One try.</param>
    /// <param name="progress">A number that grows while something is achieved, for example bytes; growth renews the window.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<T> RunAsync<T>(string what, Func<CancellationToken, Task<T>> operation, Func<long> progress, CancellationToken cancellationToken)
    {
        DateTimeOffset? deadline = null;
        var pause = options.First;
        var seen = progress();
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await operation(cancellationToken);
            }
            catch (TransferException failure) when (failure.Kind is TransferFailure.Unavailable or TransferFailure.Denied)
            {
                var now = time.GetUtcNow();
                deadline ??= now + options.Window;
                if (progress() is var reached && reached > seen)
                {
                    seen = reached;
                    deadline = now + options.Window;
                    pause = options.First;
                }
                if (tries >= LeastTries && now + pause > deadline)
                    throw new TransferException(failure.Kind, failure.Reason, $"{failure.Message} (gave up after {Seconds(options.Window)} s of retries)", failure);
                await report($"{what}: {failure.Message}; trying again in {Seconds(pause)} s");
            }
            await Task.Delay(Jittered(pause), time, cancellationToken);
            pause = pause * 2 < options.Longest ? pause * 2 : options.Longest;
        }
    }

    private static TimeSpan Jittered(TimeSpan pause) => pause * (RandomNumberGenerator.GetInt32(75, 126) / 100.0);

    private static string Seconds(TimeSpan span) => span.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture);
}
