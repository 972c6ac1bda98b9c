using System.Security.Cryptography;
using ModelOperator.Artifacts;

namespace ModelOperator.TrainingRuns;

/// <summary>
/// <c>modeloperator progress</c>: beside the trainer, tells the status endpoint what MODELOP_METRICS_FILE says. Whatever goes wrong is printed once and tried
/// again with the newest state: progress never fails a run, so the exit code is 0, and only SIGTERM ends it.
/// </summary>
public static class ProgressCommand
{
    /// <summary>Time between two looks at the file, and so the least between two reports.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>Time for the last report once the process is told to stop.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(10);

    /// <summary>Runs the command with the process's environment and console.</summary>
    /// <param name="args">No arguments are taken.</param>
    /// <param name="cancellationToken">Stops it, after a last report.</param>
    public static Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancellationToken) =>
        RunAsync(TransferHost.FromProcess("progress"), args, cancellationToken);

    /// <summary>Runs the command with a given environment.</summary>
    public static async Task<int> RunAsync(TransferHost host, IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        using var turns = new PeriodicTimer(Interval, host.Time);
        ProgressReporter? reporter = null;
        string? complaint = null;
        try
        {
            while (await turns.WaitForNextTickAsync(cancellationToken))
                await TurnAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            using var farewell = new CancellationTokenSource(Farewell, host.Time);
            await TurnAsync(farewell.Token);
        }
        finally
        {
            reporter?.Dispose();
        }

        return ExitCodes.Done;

        async Task TurnAsync(CancellationToken token)
        {
            string? problem = null;
            try
            {
                if (args.Count > 0)
                    throw new FormatException($"progress takes no arguments, got '{args[0]}'");
                reporter ??= new ProgressReporter(host);
                await reporter.ReportAsync(token);
            }
            catch (Exception failure) when (failure is TransferException or FormatException or IOException or UnauthorizedAccessException or CryptographicException)
            {
                problem = failure.Message;
            }
            catch (OperationCanceledException) when (token.IsCancellationRequested && token != cancellationToken)
            {
                problem = "the last report was not taken in time";
            }

            if (problem is not null && problem != complaint)
                await host.Errors.WriteLineAsync($"modeloperator progress: {problem}; the training goes on");
            complaint = problem;
        }
    }
}
